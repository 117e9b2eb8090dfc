/** Short phrases that everyone says. Each list is used up before a phrase repeats. */
export const ACKNOWLEDGEMENTS = [
  'Got it.',
  'Okay.',
  'Makes sense.',
  'Right.',
  'Sure.',
  'I see.',
  'Understood.',
  'Interesting.',
  'Fair enough.',
  'Gotcha.',
  'Okay, okay.',
  'Yeah.',
  'All right.',
  'Oh, okay.',
  'Right, right.',
  'Good to know.',
  'Yeah, no, that makes sense.',
  'Hm.',
  'That helps.',
  'I follow.',
  'Noted.',
  'Huh.',
  'Okay, thank you.',
  'Yep.',
  'Absolutely.',
  'I can see that.',
  'That tracks.',
];

export const BACK_CHANNELS = [
  'mm-hm',
  'right',
  'yeah',
  'okay',
  'uh-huh',
  'sure',
  'got it',
  'mm',
  'yep',
  'I see',
  'oh',
  'mm-hm',
  'right',
  'yeah',
  'okay',
];

/** From one subject to the next; `@label` is the next one's. */
export const BRIDGES = [
  "Let's talk about @label.",
  'Okay, on to @label.',
  'Switching gears to @label.',
  "Let's move to @label, if that's okay.",
  'I also want to touch on @label.',
  'That brings me to @label.',
  'Before I forget, @label.',
  'All right. Next up, @label.',
  "While we're at it, @label.",
  'Good. So, @label.',
  "I'd like to spend a minute on @label.",
  'Okay. Now @label.',
  "Something we haven't covered yet is @label.",
  "I've got @label on my list as well.",
  'Let me ask about @label.',
];

export const CUSTOMER_BRIDGES = [
  'Can I ask about @label?',
  'One more thing, @label.',
  'I had a note here about @label.',
  "What we haven't talked about is @label.",
  'While I have you, @label.',
  'Okay, so @label.',
  'My people will ask about @label.',
  'Then there is @label.',
];

/** Back to a subject that was left. */
export const RETURNS = [
  'Going back to @label for a second.',
  'Something else on @label.',
  'Actually, coming back to @label.',
  'One more point on @label, if I may.',
  'I just remembered something about @label.',
  'Sorry, to finish @label.',
];
