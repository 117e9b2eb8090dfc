/** Cold calls: short, a little wary. */
export const PROSPECTING = `
=== the quick picture | cold-need
--- first
C: {It's mostly the phone|Right now, @oldtool}. {A couple of people book everything by hand|My clerks do it all}. {It works, more or less|It's not great}.
R: {What's the less|When doesn't it work}?
C: {When everyone shows up at once|Monday mornings, and all of @peak}. {Last Monday we had trucks out to the road|The police asked us to move them off the shoulder}. <{And then I get the detention bills|So yeah, I wouldn't call it under control}.>
R: {I hear that about once a day|You'd be amazed how many people tell me the same thing}. {We had a customer with trucks on a county road|There's a plant near @city2 that was in the local paper for it}, {and it went away in about five weeks|they fixed it by making the carriers book online}.
---
R: {Roughly how many trucks do you see|So how big are we talking}, {in a day|at that building}?
C: {@trucks on a normal one.|Maybe @trucks.} {Over @doors doors|We've got @doors doors}. {And then there's @city2|And @city2 is about half of that}.
R: {And what's the wait|How long do they sit, on average}?
C: {An hour and a half some days.|Nobody's ever asked me that. Too long.|They'd tell you four hours. I'd say @wait minutes.}
R: {That's above what we usually see|For @goods that's on the high side}. {So there's something to work with|I think I could show you something useful}.
---
C: {And what exactly is it that you do|So what's different about yours}? {Everybody says they have scheduling|I get a lot of these calls}.
R: {Carriers see your open slots, and only the ones that fit their load|The rules live in the system: which door, how long, who gets in when}. {So nobody has to call you|It takes the haggling out}. <{The driver gets a text with the door number|On the day, there's a tablet at the gate}, {and you get the times for every stop|and it writes down when he came and left}.>
C: {Okay. That I'd like.|Hm. And they actually use it?|My carriers can barely send an e-mail.}
R: {About eight out of ten do in the first month|The slow ones forward an e-mail and it books itself}.
---
C: {Can you just send me something|Why don't you e-mail me a brochure}?
R: {Happy to.|I will.} {But I'd be guessing what to put in it|Between you and me it'd get lost in there}. {What would you want to see|Would a one-page summary for a place your size help, or a number}?
C: {A number.|Something I can show @boss.|How it'd work with @wms.}
R: {Then let me do this|I can do that}: {I'll send a one-pager today|you get a short e-mail from me with a case from your industry}, {and we look at it together for twenty minutes|and if it's nonsense you tell me}.
next: @r will e-mail a one-page summary to @c
---
C: {To be honest, we looked at this a year ago|We talked to @rival a while back}.
R: {What came of it|And how did that go}?
C: {It was too expensive for what it did|It died in IT}. {They wanted to charge per dock door|They said six months}. <{And the guy never called back|The demo was pretty, I'll give them that}.>
R: {We charge per site, so doors don't matter|Ours goes live in five or six weeks}. {I'm not saying that to sell you today|I don't want to run them down}, {just so you know it's different|they're decent people}.
---
C: {I'm not the one who decides this|You'd have to talk to @boss about money}.
R: {I figured|Of course}. {But you're the one who lives with it|I'd rather start with someone who's on the dock}. {If you thought it was worth it, would @boss listen|How does something like this usually get started}?
C: {I bring it up in the Thursday meeting.|@boss listens if there's a number in it.|If it saves overtime, yes.}
R: {Let's find the number, then|Okay, then our next call is about the number}.
ask: Who decides about a purchase like this? ;; @boss, the @bossrole, on @c's recommendation.
---
C: {We're in the middle of a system change|The timing's bad, we're moving to a new warehouse system}.
R: {When is that supposed to finish|What's the go-live}?
C: {It was supposed to be last month.|@golive, if you believe the plan.}
R: {Ha. Okay.|I've heard that one.} {We don't touch the warehouse system to get started|Ours runs next to it}, {so it can be before, during or after|so you're not waiting on each other}. {But I get that nobody has a free hour|I wouldn't push you into it}.
`;
