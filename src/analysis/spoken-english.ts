// What is particular to spoken English: sounds that mean nothing, words that every call has, and sentences that keep a
// conversation going without saying anything of it.

/**
 * A pattern of whole words that finds any of these phrases, in either case unless `flags` say otherwise. They stand
 * between `|`; line ends and the white space around them do not count.
 */
export function anyOf(phrases: string, flags = 'i'): RegExp {
  return new RegExp(String.raw`\b(?:${joined(phrases)})(?!\w)`, flags);
}

/** The source of a pattern that is written over several lines. */
export function joined(source: string): string {
  return source.trim().replaceAll(/\s*\n\s*/g, '');
}

/** Words, separated by white space. */
export const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** Sounds, in lower case. */
export const FILLERS = list('um uh uhm umm er erm ah eh hm hmm mm mhm mm-hm mm-hmm uh-huh huh');

/** Two words that say nothing where a comma follows them: `You know, it works.` */
export const FILLER_PAIRS = list('you-know i-mean');

/** Words that people repeat while they think: `a, a meeting`. Never numbers, nor words that may stand twice. */
export const STUTTERED = list(`
  a an the i it it's i'm is in to and of you we they he she my your our their this these was were for with on at as
  so but if be do can or what who when where how don't we're you're they're there's from by
`);

/** Openings that only take up the word, where a comma follows. */
export const OPENINGS = list(`
  okay ok so well and but yeah yep right alright oh ah now great good sure perfect honestly look listen actually
  basically hey ha hm also then anyway plus again first
`);
/** The same without a comma. */
export const BARE_OPENINGS = list('so and but well oh okay');
/** Answers that are kept where they begin an answer. */
export const ANSWERING = list('yes no yeah yep nope right sure');

/** Words that tell calls apart no better than the alphabet: those of grammar, and those of every conversation. */
export const COMMON = list(`
  a able about above across actually add added additional additionally after afternoon again ago agreed ah all allow
  almost alone along already alright also although always am amount an and another answer any anybody anymore anyone
  anything anyway anywhere apart approximately april are area aren't around as ask asked asking at august away back
  bad based basis be became because become been before began begin being believe below best better between big
  bigger billion bit both bring brought bunch but by bye call called calling calls came can can't cannot care case
  cases certain certainly change changed clear color come comes coming comment comments comparable compared continue
  continued continues continuing could couldn't couple course current currently day days december definitely did
  didn't different do does doesn't doing don't done dot down drive driven during each early eight eighty either
  eleven else end ended ending ends enough entire er especially even evening ever every everybody everybody's
  everyone everything exactly example expect fact fair far february feel feeling felt few fifteen fifty figure find
  fine first fiscal five folks follow following for forty forward found four fourth friday from front full fun
  further gave general gentlemen get gets getting give given gives giving glad go goes going gone gonna good got
  gotta great growth guess guy guys ha had half hand happen happened happens happy hard has hasn't have haven't
  having he he's hear heard hello help her here here's hey hi high higher him his hm hold honestly hope hour hours
  how however huh hundred i i'd i'll i'm i've idea if important in including increase increased instead interest
  interesting into is isn't issue issues it it'll it's its itself january joining july june just keep kept kind knew
  know known knows ladies lady large larger largest last late later least leave left less let let's level like
  likely line listen little long longer look looked looking looks lot lots love low lower made main make makes
  making man many march matter may maybe me mean means meant mention mentioned middle might million mind mine minute
  minutes mm mm-hm moment moments monday month months more morning most mostly move moving much must my nah name
  near necessarily need needed needs never new next nice night nights nine ninety no nobody none nope normal not
  note nothing november now number numbers obviously october of off often oh ok okay old on once one one's ones only
  open operator opportunity or order other others our ours out outside over overall own page part particularly parts
  past people per percent perfect performance perhaps period person perspective piece place plan plans please plus
  point points possible press pretty previous prior probably problem put quarter quarters question questions quick
  quickly quite ran range rather real really reason recall related remain remains remember report reported rest
  result results right room run running said same sat saturday saw say saying says second see seeing seem seems seen
  send sense sent september set seven seventy several shall share she short should show showed shows side
  significant significantly similar simple since single sir sit sitting six sixty slide slightly small so some
  somebody someone something sometimes somewhat somewhere soon sorry sort sounds speak spent stand standing star
  start started starting starts statement statements stay step steps still stop story strong stronger stuff such
  sudden sunday super sure take taken takes taking talk talked talking team tell ten term terms than thank thanks
  that that's the their them themselves then there there's these they they'll they're they've thing thing's things
  think thinking third thirty this those though thought thousand three through throughout thursday time times to
  today today's together told tomorrow tonight too took top total touch toward towards tried trouble true try trying
  tuesday turn twelve twenty twice two type uh um under understand until up update upon us use used uses using usual
  usually value various versus very view wait walk want wanted wants was wasn't way ways we we'd we'll we're we've
  wednesday week weeks welcome well went were weren't what what's whatever when where whether which while who who's
  whole why will wish with within without won't word words work worked working works world worse worth would
  wouldn't write wrong yeah year years yep yes yesterday yet you you'd you'll you're you've your yours
`);

/** Sentences about the conversation itself, in whatever place. */
export const CHATTER = anyOf(String.raw`
  good (?:morning|afternoon|evening)|thank(?:s| you)|welcome|how are you|nice to (?:meet|see|talk)|good to|
  have a (?:great|good|nice)|talk (?:to you )?soon|take care|good ?bye|bye|you're welcome|no worries|congratulations?|
  can you hear|hear me|on mute|share my screen|see my screen|go ahead|next slide|press(?:ing)? star|operator|
  being recorded|listen.only|question.and.answer|next question|first question|follow.up question|my question|
  forward.looking|safe harbor|differ materially|turn (?:it|the|things|over)\b.*\bover|hand (?:it|the call) over|
  conference call|earnings (?:call|release)|webcast|press release|prepared remarks|disconnect|one more thing|
  non.gaap|reconciliation|sec filings|filings with the|obligation to update|investor relations|replay|
  i have to go|let you go|calling me|how's the weather|how was your|lucky|just kidding|makes sense|make sense|
  let me (?:see|ask|also|tell|think)|can i ask|i was going to|i(?: just)? want(?:ed)? to|i'd (?:also )?like to|
  i wonder|quick word|before we (?:go|start|begin)|while i have you|you'll like this|funny|switching gears|what (?:we|i) haven't (?:talked|asked)|
  moving on|let's move|turning to|on to
`);

/** Beginnings that point back to what was said before, so that the sentence alone says little. */
export const POINTING = list(`
  it it's it'll it'd its that that's that'll this these those they they're they'll they've he he's she she's them
  there's which because or nor neither same not here there here's such him her then than if when say pick like so
`);

/** What a manager looks for in a sentence: needs, troubles, aims, decisions, money. */
export const TELLING = anyOf(
  `
  need(?:s|ed)?|want(?:s|ed)?|problem|trouble|issue|hurts?|difficult|costs?|budget|price|pricing|discount|
  contract|goal|target|promised|decid(?:e|ed|ing)|decision|agreed?|agreement|plan(?:ned|s)?|deadline|go[- ]live|
  launch|sign(?:ed)?|approv(?:e|ed|al)|because|instead|too (?:much|long|slow|expensive|many)|worr(?:y|ied)|risk|
  lost|los(?:e|ing)|fail(?:ed|s)?|renew(?:al)?|cancel(?:led|ed)?|switch(?:ed|ing)?|expects?|increased?|decreased?|
  grew|growth|margin|revenue|results?|save[sd]?
`,
  'gi',
);

/** What settles something, or sums it up. */
export const SETTLING = anyOf(`
  we(?:'ll| will) go with|let's (?:do|go|start|say|use|keep|take)|agreed|it's a deal|we have a deal|decided|
  we'll (?:start|do|use|take|keep)|let me (?:sum up|recap|summarize|repeat|read back)|to (?:sum up|summarize|recap)|
  i(?:'d)? suggest|what i'd suggest|(?:two|three|four|five) (?:things|blocks|topics|points)
`);
