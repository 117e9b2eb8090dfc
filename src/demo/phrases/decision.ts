/** Who decides, how and when. */
export const DECISION = `
=== how you decide | decision
--- first
R: {How do you usually buy something like this|Can you walk me through the decision process}? {Who has to say yes|Who's involved}?
C: {I make the recommendation|It starts with me}, {@it looks at the technical side|IT has a veto}, {and @boss signs|and it ends on @boss's desk}. {Procurement comes last and acts like it's first|Then @procure negotiates}. <{And the floor has a say, unofficially|If the night shift says no, it's no, whatever the chart says}.>
R: {And how long did the last one take|When you bought the last system, what was that like}?
C: {Four months. Three of them waiting.|It was quick, six weeks, because something broke.|Too long. We lost a whole season.}
ask: How does @company decide? ;; @c recommends, @it checks the technical side and @boss, the @bossrole, signs.
---
R: {What does @boss think about it|Does @boss know we're talking}?
C: {Sure. It was half his idea. Or hers, depending who you ask.|Knows, and is skeptical.|I've mentioned it in passing.} {@boss has seen a lot of software|In the end it's about the numbers} <{and hates being sold to|and wants to hear it from someone in the industry}>.
R: {Would it help to have them talk to a peer|We have a @bossrole at a customer who'd take a call}?
C: {That might do it.|Yes, much better than you or me.|Maybe later, when it's down to two.}
next: @r will set up a reference call for @boss
---
R: {Is there a date that matters|When do you need it to be running}? {Working backward from that|If we count back}, {I can tell you if it's realistic|it tells us when to start}.
C: {Before @peak.|We'd want it at @golive.|@city3 opens in the spring, it has to be there by then.} {After that it's pointless for a year|I don't want to train people in the middle of it}.
R: {Then count six weeks for the rollout|It's six weeks from the kickoff}, {two for the contract|a couple for legal and security}, {and you'd have to decide by the end of next month|so the decision is about three weeks away}. <{I'm not pushing, it's just arithmetic|That's tight, but I've seen it done}.>
C: {Tight but okay.|When you lay it out like that, we're late already.|I'll take that timeline to @boss.}
---
R: {How are you comparing the vendors|What are you going to judge it on}?
C: {I've got a sheet.|We made a list with weights.} {Ease of use counts for a third|The integration is forty percent}, {price is a quarter|then price}, {then references|and whether I like the people, that's not on the sheet}. <{@procure added six lines about terms|Someone put the color scheme on there, I deleted it}.>
R: {Can I see it|Would you share it}? {I'd rather lose on the right criteria|I might say where we're weak}.
C: {I'll send it without the scores.|Hm, let me ask.|Sure, why not.}
---
R: {Who might be against it|Is there anyone who'd rather not see it happen}?
C: {The night lead. And accounting, out of principle.|@d, a little, but that's because of the last one.|One of the site managers. He was here before computers.}
R: {What's the worry|And what would they say if they were on this call}?
C: {That it's one more thing.|That the office decides, and the dock has to live with it.|It'd be about control.} <{They're not wrong, either|We've done that to them before}.>
R: {Let's give them the first look, then|Could they pick the first rules}? {People defend what they built|If they choose it, it's theirs}.
---
R: {Who would run it day to day|Once it's live, who'd own it}? {The projects that go well have one name|I always ask, because it decides everything}.
C: {Me, at first, then the shift supervisors.|@d would, I think.|Good question. We haven't talked about it.}
R: {It's maybe two hours a week|Plan for an hour a day in the first month}, {less later|then it drops}. <{Somebody who knows the doors, not somebody who knows software|It's better to have one who's a bit stubborn}.>
C: {Stubborn we have.|Two hours is fine.|Then it's @d.}
`;
