// A peer of the package wechaty where it is not installed: its interface, with a line of JSON over a socket where a puppet would be.
const { EventEmitter } = require('node:events');
const { connect } = require('node:net');
const { createInterface } = require('node:readline');

class Wechaty extends EventEmitter {
  isLoggedIn = false;

  constructor({ puppet, puppetOptions }) {
    super();
    if (puppet !== 'wechaty-puppet-service') throw new Error(`no puppet ${puppet}`);
    this.options = puppetOptions;
    const find = async ({ id }) => ({ id, say: async (text) => this.tell({ to: id, text }) });
    this.Contact = { find };
    this.Room = { find };
  }

  async start() {
    const [host, port] = this.options.endpoint.split(':');
    this.socket = connect(Number(port), host);
    this.socket.on('error', (error) => this.emit('error', new Error(`14 UNAVAILABLE: ${error.message}`)));
    createInterface({ input: this.socket }).on('line', (line) => this.hear(JSON.parse(line)));
    this.tell({ token: this.options.token });
  }

  async stop() {
    this.isLoggedIn = false;
    this.socket?.destroy();
  }

  tell(said) {
    this.socket.write(`${JSON.stringify(said)}\n`);
  }

  hear({ login, id, text, from, room, file }) {
    if (login) {
      this.isLoggedIn = true;
      this.emit('login', { id: login });
      return;
    }
    this.emit('message', {
      id,
      type: () => (file ? 6 : 7),
      text: () => text,
      date: () => new Date(),
      self: () => false,
      talker: () => ({ id: from, name: () => '模拟市民' }),
      room: () => (room ? { id: room } : undefined),
      mentionSelf: async () => room !== undefined,
      toFileBox: async () => ({ name: file.name, toBuffer: async () => Buffer.from(file.base64, 'base64') }),
    });
  }
}

exports.WechatyBuilder = { build: (options) => new Wechaty(options) };
