/** Reports, alerts, phones, several sites; what comes next. */
export const PRODUCT_INSIGHTS = `
=== reports | insights
--- first
R: {This lands in your inbox at five thirty|Every morning you get this page}: {yesterday's trucks, the average turn time, who was late|how many came, how long they stayed, what's different from last week}. {No login needed|You can read it on your phone}. {Click any number and you see the trucks behind it|Every figure opens up to the list}.
C: {I'd send that straight to @boss.|That's the report I make by hand on Fridays.} {It takes me two hours|I copy it out of three systems}. <{And by the time it's done, it's old|Nobody believes it anyway, because I made it}.>
R: {So there's two hours back|There you go}. {You can have it by site, by shift, by carrier|And it goes to as many people as you like}.
---
C: {Can I get the raw data|What if we want our own reports}? {We have a data warehouse|Our analysts live in Power BI}.
R: {Yes, all of it.|It's your data.} {There's an export every night|You can pull it through the API}, {or we drop files on your side|or connect directly, read only}. {No extra charge|That's included}. <{We publish a description of every column|And we don't change a field without telling you ninety days ahead}.>
C: {They'll want to hear that.|Great, that's one less fight.|Included, as in really included?}
R: {Really.|Yes, you have it in writing in the proposal.}
---
R: {The carrier scorecard is what people like most|My favorite is this one}. {On time, no-shows, average unload, rating|You see @carrier at ninety-one percent on time}, {and you can send it to them|and they see their own page, not the others}.
C: {So I bring this to the quarterly review|That's something I'd use in negotiations}. {Now it's my memory against theirs|Today I say they're late, and they say prove it}.
R: {One customer ties rates to it|It changes the tone}. {Two points on the rate for ninety-five percent|They don't argue, they ask what they can do}. <{And it's fair, because waiting on your side isn't counted against them|Your own delays are on there as well, so be ready}.>
C: {Ouch, but fair.|I can live with that.|Our own delays. Hm. Okay.}
---
R: {You can be warned|Then there are alerts}: {a truck over two hours, a door idle, a critical load that's late|a line of more than five, a trailer past its free days}. {By text, e-mail or in Teams|It goes to whoever's on shift}.
C: {How do you keep it from being noise|I get enough alerts already}.
R: {We start with two|By default almost everything's off}. {People add them when they miss something|If an alert is ignored five times, it asks if you want to keep it}.
C: {Ha, that's neat.|All software should do that.|Good. Two I can handle.}
=== phones and screens | mobile
--- first
C: {Does it work on a phone|What do my supervisors carry}? {They're never at a desk|They walk ten miles a day}.
R: {Everything on the board works on a phone|There's a phone view}, {with bigger buttons|made for gloves}. {Check in, move, message a driver|They can reassign a door with a thumb}. <{And the wall screen is just a browser|You can hang a television over the dock with the next ten trucks}.>
C: {We've got a monitor nobody looks at.|Oh, the television is good, the forklift guys would see it.|They have rugged handhelds, would that run?}
R: {It should, I'll check the model|Most likely, if it has a browser}.
---
C: {Who can see what|How do permissions work}? {I don't want temps moving things|Not everyone should be able to cancel}.
R: {By role and by site|You have roles}. {A viewer, a clerk, a supervisor, an admin|There are five ready-made ones}, {and you can make your own|and you can narrow it down to a single button}. {@city2 doesn't have to see @city|Someone can be a supervisor here and a viewer there}.
C: {That's enough for us.|Good, we need it by client too.|And a read-only one for sales, please.}
=== several sites | sites
--- first
R: {You have @sites locations|With @sites sites}, {would you want one set of rules or one for each|how alike are they}?
C: {They should be alike. They're not.|@city and @city2 are close. @city3 is its own planet.|Every one is different, and every one thinks it's right.} <{We bought two of them|Half came with an acquisition}, {so the systems are different|and they still have their own logos on the trucks}.>
R: {Then we'd make a template|You start with a common base}, {and each site changes what it has to|and allow exceptions, which everyone can see}. {It tends to converge|After a year they look a lot more alike}.
C: {I'd like that, honestly.|That'd do more than the last three workshops.|We'll see about @city3.}
---
C: {Which one would you start with|Do we do all of them at once}?
R: {One first.|Please don't.} {The one that hurts and has a willing supervisor|I'd take @city, because you're there}, {then two more, then the rest|four weeks later the second, then in pairs}. <{The second site is always twice as fast|The carriers are the same, so they already know it}.>
C: {@city then. I have a willing supervisor, me.|Makes sense. @city2 would be jealous.|Agreed, we did all at once with the time clocks and never again.}
=== what's coming | roadmap
--- first
C: {What are you working on|Is there a roadmap you can share}?
R: {Sure, with the usual caution.|I can say what's public.} {Estimated arrivals from the truck's own device|Live arrival times are first}, {so the schedule moves before the truck is late|that's in beta with nine customers}. {And then better labor planning|After that, labor: how many people for tomorrow's trucks}. <{What you won't see is us building a warehouse system|We're staying in the yard, we've promised ourselves that}.>
C: {The arrival thing would be huge.|Labor would get me excited.|When is that, realistically?}
R: {I'd say two quarters|The beta ends around @fiscal}. {I don't sell things that don't exist|Please don't buy on that}, {but I can put you on the list|but you can see it if you'd like}.
---
C: {I've asked twice for split shifts in the report|There's one thing we've wanted since day one}, {did that go anywhere|any news on that}?
R: {It's planned, and it's not started|I looked before this call}. {Eleven customers asked for it|It's number four on the list}. {I'd expect it by the spring|Let me be careful, it's likely this year}. <{I'll add your name and the reason|The reason matters more than the vote}.>
C: {Okay, thank you for not just saying soon.|Number four I can live with.|I'll believe it when it's there, but thanks.}
next: @r will add @company to the request for shift reporting
`;
