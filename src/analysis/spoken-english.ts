// What is particular to spoken English: sounds that mean nothing, words that every call has, and sentences that keep a
// conversation going without saying anything of it.

const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Sounds, in lower case. */
export const FILLERS = list('um uh uhm umm er erm ah eh hm hmm mm mhm mm-hm mm-hmm uh-huh huh');

/** Two words that say nothing where a comma follows them: `You know, it works.` */
export const FILLER_PAIRS = list('you-know i-mean');

/** Words that people repeat while they think: `a, a meeting`. Never numbers, nor words that may stand twice. */
export const STUTTERED =
  list(`a an the i it it's i'm is in to and of you we they he she my your our their this these was were
  for with on at as so but if be do can or what who when where how don't we're you're they're there's from by`);

/** Openings that only take up the word, where a comma follows. */
export const OPENINGS =
  list(`okay ok so well and but yeah yep right alright oh ah now great good sure perfect honestly look listen
  actually basically hey ha hm also then anyway plus again first`);
/** The same without a comma. */
export const BARE_OPENINGS = list('so and but well oh okay');
/** Answers that are kept where they begin an answer. */
export const ANSWERING = list('yes no yeah yep nope right sure');

/** Words that tell calls apart no better than the alphabet: those of grammar, and those of every conversation. */
export const COMMON =
  list(`a about above across actually after afternoon again ago agreed ah all almost alone along already alright also
  although always am an and another answer any anybody anymore anyone anything anyway anywhere apart are area aren't around as ask
  asked asking at away back bad be became because become been before began begin being believe below best better between big bigger
  bit both bring brought but by bye call called calling calls came can can't cannot care case cases certain certainly change changed
  clear color come comes coming comment comments couple course could couldn't day days definitely did didn't different do does doesn't
  doing don't done down during each early either else end enough entire especially even evening ever every everybody everyone
  everything exactly example expect fact fair far feel feeling felt few figure find fine first five folks follow following for found
  four from front full fun further gave general get gets getting give given gives giving glad go goes going gone gonna good got
  gotta great guess guy guys had half hand happen happened happens happy hard has hasn't have haven't having he he's hear heard
  hello help her here here's hey hi him his hold honestly hope hour hours how however hundred i i'd i'll i'm i've idea if important
  in instead into is isn't issue issues it it'll it's its itself joining just keep kept kind knew know known knows lady ladies last
  late later least leave left less let let's level like likely line listen little long longer look looked looking looks lot lots love
  low made main make makes making man many matter may maybe me mean means meant mention mentioned middle might million billion mind
  mine minute minutes moment moments monday tuesday wednesday thursday friday saturday sunday month months more morning most mostly
  move moving much must my name near necessarily need needed needs never new next nice night nights no nobody none nope normal not
  note nothing now number numbers obviously of off often oh ok okay old on once one ones only open operator opportunity or order other
  others our ours out outside over own page part parts past people percent perfect perhaps person perspective piece place please
  plus point points possible pretty previous probably problem prior put quarter question questions quick quickly quite ran rather
  real really reason recall remember rest right room run running said same sat saw say saying says second see seeing seem seems
  seen send sent set several shall she short should show showed shows side similar simple since single sir sit six slide small so
  some somebody someone something sometimes somewhat somewhere soon sorry sort sounds speak spent stand standing start started
  starting starts stay still stop story stuff such sudden super sure take taken takes taking talk talked talking tell ten terms than
  thank thanks that that's the their them themselves then there there's these they they'll they're they've thing things think
  thinking third this those though thought thousand three through throughout time times to today together told tomorrow
  tonight too took top total touch toward towards tried trouble true try trying turn twice two type under understand until up upon
  us use used uses using usual usually various versus very view wait walk want wanted wants was wasn't way ways we we'd we'll we're
  we've week weeks welcome well went were weren't what what's whatever when where whether which while who who's whole why will
  wish with within without won't word words work worked working works world worse would wouldn't write wrong year years yeah yes
  yesterday yet you you'd you'll you're you've your yours seven eight nine eleven twelve fifteen twenty thirty forty fifty sixty
  seventy eighty ninety january february march april june july august september october november december able add added allow
  amount based basis become bye continue continued continues continuing current currently dot end ended ending ends everything fiscal
  forward gentlemen growth half including increase increased interest interesting large larger largest less look lower higher high
  number overall particularly performance period plan plans press quarters range related remain remains report reported result
  results share significant significantly slightly star step steps strong stronger taking team term thanks today's total update
  value compared comparable additional additionally approximately across driven drive statement statements looking-statement today's
  whole answer minute one's thing's everybody's today bunch guys fourth half sense hey yep nah ha hm mm mm-hm uh um er huh sure
  sitting worth per its`);

/** Sentences about the conversation itself, in whatever place. */
export const CHATTER = new RegExp(
  [
    String.raw`\b(?:good (?:morning|afternoon|evening)|thank(?:s| you)|welcome|how are you|nice to (?:meet|see|talk)|good to)\b`,
    String.raw`\b(?:have a (?:great|good|nice)|talk (?:to you )?soon|take care|good ?bye|bye|you're welcome|no worries|congrat)`,
    String.raw`\b(?:can you hear|hear me|on mute|share my screen|see my screen|go ahead|next slide|press(?:ing)? star|operator)\b`,
    String.raw`\b(?:being recorded|listen.only|question.and.answer|next question|first question|follow.up question|my question)\b`,
    String.raw`\b(?:forward.looking|safe harbor|differ materially|turn (?:it|the|things|over)\b.*\bover|hand (?:it|the call) over)\b`,
    String.raw`\b(?:conference call|earnings (?:call|release)|webcast|press release|prepared remarks|disconnect|one more thing)\b`,
    String.raw`\b(?:non.gaap|reconciliation|sec filings|filings with the|obligation to update|investor relations|replay)\b`,
    String.raw`\b(?:i have to go|let you go|calling me|how's the weather|how was your|lucky|just kidding|makes sense|make sense)\b`,
    String.raw`\b(?:let me (?:see|ask|also|tell|think)|can i ask|i was going to|i(?: just)? want(?:ed)? to|i'd (?:also )?like to|i wonder)\b`,
    String.raw`\b(?:quick word|before we (?:go|start|begin)|while i have you|you'll like this|funny|switching gears|moving on|let's move|turning to|on to)\b`,
  ].join('|'),
  'i',
);

/** Beginnings that point back to what was said before, so that the sentence alone says little. */
export const POINTING =
  list(`it it's it'll it'd its that that's that'll this these those they they're they'll they've he he's she she's them
  there's which because or nor neither same not here there here's such him her then than if when say pick like so`);

/** What a manager looks for in a sentence: needs, troubles, aims, decisions, money. */
export const TELLING =
  /\b(?:need(?:s|ed)?|want(?:s|ed)?|problem|trouble|issue|hurts?|difficult|costs?|budget|price|pricing|discount|contract|goal|target|promised|decid(?:e|ed|ing)|decision|agreed?|agreement|plan(?:ned|s)?|deadline|go[- ]live|launch|sign(?:ed)?|approv(?:e|ed|al)|because|instead|too (?:much|long|slow|expensive|many)|worr(?:y|ied)|risk|lost|los(?:e|ing)|fail(?:ed|s)?|renew(?:al)?|cancel(?:led|ed)?|switch(?:ed|ing)?|expects?|increased?|decreased?|grew|growth|margin|revenue|results?|save[sd]?)\b/gi;

/** What settles something, or sums it up. */
export const SETTLING =
  /\b(?:we(?:'ll| will) go with|let's (?:do|go|start|say|use|keep|take)|agreed|it's a deal|we have a deal|decided|we'll (?:start|do|use|take|keep)|let me (?:sum up|recap|summarize)|to (?:sum up|summarize|recap)|i(?:'d)? suggest|what i'd suggest)\b/i;
