// Alone: a message that is nothing but a file, a voice or a pin: it belongs to words that come, or have just come.
import type { Message } from '../message.ts';
import { bare } from './normalise.ts';

/** As channels name what could not be fetched. */
const NAMED = /^[[〔【](?:图片|语音|视频|位置|文件|小程序)[\]〕】]$/;

/** `full` are its normalised words. */
export const isAlone = (message: Message, full: string): boolean =>
  (message.parts.length > 0 && bare(full) === '') ||
  NAMED.test(full.trim()) ||
  (message.address !== undefined && bare(full) === '');
