/** The price, and how it is agreed. */
export const PRICING = `
=== pricing | pricing
--- first
C: {What does it cost|So, the price}? {Ballpark|Just a range, I won't hold you to it}.
R: {It's per site, per month.|We charge by location, not by door or by user.} {Scheduling is @siteprice a month|For a building like @city it's @siteprice}, {the gate and yard is another @gateprice|and @gateprice if you want the gate and the yard}. {There's a one-time setup fee of @setup|Setup is @setup, once}. <{Users are unlimited, carriers are free|Your carriers never pay, that's a principle}, {so it doesn't punish you for using it|so you can let the whole building in}.>
C: {Per site. And all @sites would be|So times @sites, that's}?
R: {At list it's @annual a year|@annual a year before any discount}. {Nobody pays list for that many|With that many sites there's a discount}.
ask: How is Quayline priced? ;; Per site and month: @siteprice for scheduling and @gateprice for gate and yard, plus a setup fee of @setup.
---
C: {Why's there a setup fee|What do I get for the @setup}?
R: {About sixty hours of our people|It pays for the person who does your rollout}: {the rules, the connection to @wms, the carriers|loading your data, the training, calling your carriers}. {You could do parts yourselves|If you take on the carrier calls, I can lower it}. <{I don't like fees either|I've tried it without, and people don't show up to their own project}.>
C: {Sixty hours. Okay.|I'd rather have that rolled into the monthly.|Fine, but then I want a name, not a queue.}
R: {You'll get a name, and we can spread the fee over the year|It's one person with a name, and I can fold it into the monthly}.
---
C: {What kind of discount are we talking about|Where's the give}? {I know there's some|My procurement people expect something}.
R: {For all @sites sites I can do @discount|At this volume it's @discount}, {which brings you to @deal|so the year would be @deal}. {For two years I can hold that price|If you sign for two years, it's fixed}. {Beyond that I have to ask|Anything more goes to my manager}. <{And I'd need something for it|I can ask, but I need a reason}: {a reference, or a signature this quarter|a case study, or paying the year up front}.>
C: {A reference we could do, if it works.|We can pay up front, we have the cash.|@procure will want @discount and then some.}
---
R: {Let's do the math together|Can we put your numbers in}? {You said @detention in detention|Detention's @detention a month}, {and @overtime hours of overtime a week|plus @overtime hours of overtime each week}. {If we save a third of the one and half of the other|Let's be careful and take a third of each}, {where does that land|what do you get}?
C: {Hold on, let me get my calculator.|Give me a second.} {So that's, uh, more than it costs|It pays back in eight months, roughly}. <{And that's without @buyers|I haven't even counted the chargebacks}, {which I can't prove|which is the part @boss yells about}.>
R: {I'd leave those out|Keep them in your pocket}. {If it works without them, nobody can poke a hole in it|A number you can defend beats a big one}.
---
C: {How do you bill|What are the payment terms}? {We pay at sixty days|Everything here is net sixty}.
R: {Annually, in advance, net thirty.|Normally once a year, thirty days.} {Quarterly is possible, it's two percent more|We can do quarterly}. {Sixty I'd have to clear with finance|Sixty days, let me see what I can do}. <{It starts when you go live, not when you sign|The clock starts at go-live}.>
C: {At go-live is good.|Quarterly, then. Cash is tight until @fiscal.|See about the sixty. It's not me, it's the system.}
---
C: {Does the price go up|What happens in year two}? {I've been burned|We had a vendor go up eighteen percent}.
R: {It's capped at @uplift a year|The cap is @uplift}, {and that's in the paper|and it's on page four}. {With a three-year term it's flat|It can't jump}. 
C: {Okay.|I want it lower than that.} {Inflation isn't @uplift|We don't get to raise ours by that much with @buyers}. <{I'm not complaining, I'm only saying|I'd have to explain it every single year}.>
R: {I hear you|Let me take that back with me}. {I might get it down if the term's longer|If everything else is agreed, I'll fight for that one}.
---
C: {Could we start with just the scheduling|What if we leave out the yard for now}, {and add it later|and see}?
R: {Yes, they're separate.|Sure.} {It's @siteprice without the yard|You'd save the @gateprice per site}. {You keep today's price if you add it within a year|I'll write in that you can add it at the same rate}. <{The one thing you lose is the exit time|You'd have the appointment but not the gate}, {so detention would still be a debate|so your evidence isn't complete}.>
C: {Hm. That's the part I wanted.|Right, then it doesn't solve my problem.|Maybe yard only in @city.}
R: {You can mix it, by site|We can do it by site}, {the yard where it hurts and nowhere else|so only the ones that need it pay for it}.
---
C: {What would a pilot cost|Can we try it first}?
R: {@pilotprice for ninety days, one site.|Ninety days at @city, @pilotprice all in.} {It counts toward the first year if you go on|You get that back when you sign}. {We agree on two numbers beforehand|Before we start we write down what success is}, {and then it's yes or no|so at the end it's not a matter of taste}. <{I don't do free ones|Free pilots never get any attention, I've learned}.>
C: {That's reasonable.|I can sign that one myself.|@boss would like that, it's not a leap.}
next: @r will send a pilot agreement for @city at @pilotprice
ask: Can we try it at one site first? ;; Yes, a ninety-day pilot at @city for @pilotprice, credited if @company continues.
=== the contract | contract
--- first
R: {Where's the paper|How far is @legal with the redlines}?
C: {@legal has eleven comments.|It came back this morning.} {Most of them are wording|Nine are nothing}, {two are real|then there's liability and the notice period}. {Liability, they want twice the annual fees|They don't like the cap on liability}.
R: {Twice, we've done that|I can get to twice}, {for data, three times|with a higher one for data}. {The notice period, what do you need|And the other one}? <{If they put the reason next to it, it goes faster|Our lawyer's reasonable, a call saves two weeks}.>
C: {Sixty days instead of ninety.|They want it to not renew by itself.} {And @legal doesn't do auto-renewal|That's a policy, I can't move it}.
R: {Fine by me|We can live with that}, {but I'd like a reminder in there|then please put a date in both our calendars}.
next: @r will return the redlined agreement to @legal
---
C: {@procure will get involved|It goes through procurement, so @procure will call you}. {She'll ask for another five percent|Expect some theater}. {It's her job|Don't take it personally}.
R: {Thanks for the warning|I appreciate that}. {Is there something else that would make her happy|What counts as a win for her}?
C: {Payment terms.|A price lock.|If she can write down that she saved something.} <{I'd keep a little in your pocket|She can smell a final offer, so}.>
R: {Understood.|I'll leave room for her, then.} {But between us, @deal is close to the floor|You and I know that @deal is about where it ends}.
---
R: {If we agree on the @discount and the term|Suppose I get the price lock}, {is there anything else between us and a signature|could you sign this week}?
C: {The security review has to close.|If @boss is back from vacation.|Only the start date.} {I don't see a problem|It's a formality}, {but I've been wrong before|but don't tell anyone I said so}.
R: {What would it take to have it done by Friday|What's the realistic date}?
C: {A miracle. The Wednesday after.|If I get the final paper tomorrow, Friday's possible.|I'd say before @fiscal.}
---
C: {I need a lower number for the first year|Here's my problem: the budget is @budget}. {The year after is fine, it's planned|Next year I've got more}. 
R: {We could stage it|What if we ramp it}: {three sites now, the others in month seven|you pay for the sites as they go live}. {The first year comes out under @budget|Then you're inside @budget}, {and the total's the same|and nothing else changes}. <{It matches the rollout anyway|You wouldn't use them before that in any case}.>
C: {That works. Why didn't we start there?|I could sell that.|Send me that version, please.}
next: @r will send a ramped price that stays within @budget in the first year
---
C: {@rival came back with a new price yesterday|I got a call from @rival, they dropped twenty percent}. {I thought you should know|I'm not playing games, it's just a fact}.
R: {Thank you for telling me|Okay}. {Is it the same scope|Does that have the integration in it}?
C: {No. The kiosks are extra.|I don't think so, it says to be determined.} <{And it's a three-year term|It's good until Friday, which annoys me}.>
R: {I won't match it|I can't go to their number}, {and I'd be lying if I said otherwise|because then I couldn't give you the people}. {What I can do is the second kiosk and the price lock|I could put in the training for @city2}.
C: {That's honest.|I'd still rather go with you.|The lock matters more to me than the number.}
`;
