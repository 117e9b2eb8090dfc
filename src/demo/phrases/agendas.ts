/** The purpose of a call, said at its start. */
export const AGENDAS = `
=== the plan for today | agenda-discovery
---
R: {So I blocked thirty minutes|What I had in mind for today}, {and I'd like to use most of it to understand how your docks run|is mainly to listen}. {At the end I can tell you what we do|Then I'll give you the two-minute version of us}, {and we decide together if there's a next step|and if it isn't a fit I'll say so}. {Does that work|How does that sound}?
C: {That works.|Sounds fair.|Sure. I'd also like to get a rough idea of cost.|Good, as long as it's not a slide deck.}
R: {Deal.|Noted, I'll come back to that.|I promise.}
---
R: {My plan is pretty simple|Here's what I'd suggest}. {I have questions about the yard, the carriers and the systems|First the situation at @city, then what you want to change}, {and please push back if I'm off|and you can ask me anything in between}. {Anything you want to make sure we cover|What would you add}?
C: {Yeah, I'd like to know who else like us uses it.|How long it takes. We've been burned by long projects.|Only what it does for inbound. Outbound we've got under control.|Nope, fire away.}
=== the plan for today | agenda-demo
---
R: {Last time you told me three things|From our first talk I wrote down three things}: {the phone calls, the waiting, and nobody knowing what's in the yard|the inbox, the line at the gate, and the detention bills}. {Is that still the list|Did I get that right, and is anything missing}?
C: {That's it.|You got it. I'd put the gate first.|Still the list. @boss would add reporting.|Yeah. And if it can make coffee, even better.}
R: {Then I'll go in that order|So that's how I built this}. {We'll book an appointment as a carrier, check the truck in, and follow it to the door|I'll start with a carrier booking a slot and end with your morning report}. <{I'd rather show five things well than fifty badly|Stop me the moment something doesn't match your world}.>
---
R: {So the goal today|What I'd like you to walk away with}, {is that you can picture a normal @today with this running|is a feel for what your dock office would do differently}. {I'll show it from three chairs|There are three people in this story}: {the carrier, the guard and the supervisor|whoever books, whoever is at the gate, and whoever runs the floor}. {Fair|Sound good}?
C: {Perfect.|Good. The guard is the one I worry about.|Sounds good, let's see it.|Sure, and I want to see what happens when things go wrong.}
R: {We'll break something on purpose.|I'll spend extra time there then.|Great.}
=== the plan for today | agenda-technical
---
R: {I have four blocks for us|Let me lay out the hour}: {integrations, sign-on, data and how we support it|how we connect, how people log in, where data lives, and who picks up the phone}. {Do you want to change the order|Shall we start at the top}?
C: {Start with the integration, that's the scary one.|The order is fine.|Could we do security first? @it has to leave early.|Sure, and leave ten minutes for questions.}
R: {We can do that.|Absolutely.|Consider it done.}
---
R: {The point of this call is that nothing surprises us later|I'd like to end with a list of open items and an owner for each}. {I'd rather say I don't know than make something up|If I can't answer it I'll get you the engineer who can}.
C: {I appreciate that.|That's refreshing.|Good, because the last vendor said yes to everything.}
=== the plan for today | agenda-negotiation
---
R: {So if I understand it, there are three open points|As I see it we have three things to settle}: {the price per site, the term, and the start date|the total, the payment schedule and the legal redlines}. {Is there a fourth|Did I miss one}?
C: {That's all of it.|Implementation. I don't see why it costs that.|There's the opt-out, @legal wants one.|No, if we solve those we're done.}
R: {Then let's take them one by one|All right}. {Which one keeps you up at night|Where would you like to start}?
C: {The price, obviously.|Let's do the hard one first.|Start with the term, it drives the rest.}
=== the plan for today | agenda-kickoff
---
R: {I'd like to do three things today|Here's the agenda I sent}: {agree on a date, agree on who does what, and look at your data|set the go-live, name the people, and go over the checklist}. {After that we meet weekly for half an hour|From then on it's thirty minutes every week}, {never longer|and I cancel if there's nothing to say}.
C: {A man after my own heart. Or woman. You know what I mean.|I like a meeting that cancels itself.|Great. Can we keep it off Mondays?|Sounds organized.}
=== the plan for today | agenda-review
---
R: {I've got three pages, that's all|I kept it short this time}: {how you're doing against the targets, what changed in the product, and what you need from us|the numbers, the open tickets, and what's coming}. {What's on your list|Anything you'd like to put first}?
C: {Just the reporting thing I e-mailed about.|I want to talk about the second shift.|@boss wants to know what we got for the money.|Nothing special, let's go through it.}
=== the plan for today | agenda-renewal
---
R: {What I thought we'd do is|So for today, let's} {look back at the year, look at what's not working, and then talk about the terms|start with the results, then the gripes, then the paper}. {I want the gripes before the paper on purpose|In that order, because it's more honest}.
C: {Ha, I have a couple.|That's fair.|Okay. I wrote down three.|It'll be a short list, don't worry.}
=== the plan for today | agenda-support
---
R: {Before we dig in|Just so I know}, {is this stopping trucks right now or is it an annoyance|are trucks standing still, or can you work around it}?
C: {It's slowing us down but we're working around it.|We can work around it, but everyone's cursing.|It's stopping us. I have @badge trucks on the street.|Nobody's stuck yet. Give it an hour.}
R: {Okay.|Thank you, that helps.|Understood.} {I'll set the priority accordingly|Let's look at it right away}.
`;
