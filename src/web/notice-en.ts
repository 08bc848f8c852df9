// Notice, English: what is done with personal information, and how accessible the pages are.
import type { Notice } from './notice-zh.ts';

export const notice: Notice = {
  privacy: {
    title: 'How your information is used',
    parts: (city, hotline, keep) => [
      [
        'Who uses it',
        `The hotline ${hotline} of ${city}, and the unit that handles the matter. Reach us at ${hotline}.`,
      ],
      ['What for', 'To check, handle, answer you and ask how it went; figures use no names or phones. Nothing else.'],
      [
        'Which information',
        'What you wrote, where, when, and the files; name and phone if you leave them. Location only after you press “Add my current location”.',
      ],
      [
        'Who sees it',
        '“You can contact me”: hotline and handling unit see name and phone. “Keep me confidential”: only the hotline sees who you are. “No name or phone”: we keep neither. A complaint about a unit does not go to that unit.',
      ],
      [
        'Photos',
        'Where, when and by which phone a photo was taken is removed on arrival. People and door numbers in the picture stay; please look yourself.',
      ],
      ['How it is kept', 'Name, phone, your words and files are encrypted, with one key for each case.'],
      ['How long', keep],
      [
        'See, correct, delete, withdraw consent',
        `Call ${hotline} with your number. Deleting destroys the key of the case; nothing can open it again.`,
      ],
      [
        'What this site remembers',
        'Your choice of type size and language; for 30 minutes the receipt (encrypted, on your device only). An unfinished text stays in this browser window and goes when you close it. No statistics or advertising code.',
      ],
      ['Under 14', 'Please ask a parent to write.'],
    ],
    keepMonths: (n) => `${n} months after it is finished, then deleted.`,
    keepUnset:
      'The hotline has set no automatic deletion; it keeps cases by the city’s rules for records. You can ask for deletion at any time.',
  },

  access: {
    title: 'Accessibility',
    parts: (hotline) => [
      'These pages are made to WCAG 2.2 level AA: they work by keyboard, a screen reader reads every field and every error, text enlarges four times without sideways scrolling, contrast suffices, and colour never carries meaning alone.',
      'Large type and Chinese are at the top right. Dark mode follows your phone. Without scripts you can still send and look up.',
      'We have checked them with automatic tools and by keyboard. We have not yet had them tried in full with screen readers or by older people; if something does not work for you, please tell us.',
      `If the pages do not work for you, call ${hotline}, answered day and night, with the same effect.`,
    ],
  },
};
