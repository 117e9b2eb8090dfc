/** What IT and security ask. */
export const SECURITY = `
=== security | security
--- first
D: {Let's do security.|I have to ask about security.} {Do you have a SOC 2 report|What certifications do you have}?
R: {SOC 2 Type II, yes, every year.|We do, the latest is from spring.} {I'll send it with an NDA|You can have the full report}, {and the penetration test summary|plus the letter from the testers}. <{There were two findings of medium severity, both closed|I can tell you what they found, we don't hide it}.>
D: {Which firm did the test|Is it the whole platform or only the portal}?
S: {An outside one, on everything including the kiosks|It's the whole platform, by an outside firm}, {and we change them every two years|a different one every other year}. {They get a real account|The gate tablets were the interesting part}.
next: @r will send the SOC 2 report and the penetration test summary
---
D: {Where's the data|Where is our data stored}? {Physically|Which country}?
S: {In the United States, two regions.|Virginia, with a copy in Oregon.} {Encrypted on disk and on the wire|It's encrypted at rest and in transit}. {If you've got Canadian sites, there's one in Montreal|Europe's separate, in Frankfurt}. <{Each customer has its own key|Keys rotate every ninety days}. {Nobody copies it to a laptop, that's enforced|Our engineers can't see it without a ticket from you}.>
D: {Is it shared with other customers|So it's multi-tenant}?
S: {The servers are, the data isn't mixed|Logically separated, and tested for it}. 
---
D: {What personal data do you hold|You're collecting phone numbers from drivers, right}?
R: {A name, a phone number, a plate, a signature|Yes, the bare minimum}. {You decide how long|You set the retention}: {ninety days is the default|thirty days up to seven years}. {Then it's erased, not hidden|After that it's really gone, including backups in a month}. <{Drivers get a notice when they check in|We have it worded by a lawyer for California}.>
D: {Our privacy person will want the agreement|There's a data processing addendum}?
R: {There's a standard one|I'll attach it}. {Yours is fine too if it's close|Most people just sign it}.
---
D: {What's your uptime|How available is it}? {We run twenty-two hours a day|A dock doesn't stop at night}.
S: {We promise ninety-nine point nine|Ninety-nine point nine in the contract}, {and last year it was ninety-nine point nine seven|and we've been above it each of the last eight quarters}. {There's a public status page|You get credits if we miss}. {Maintenance is Sunday at three, for ten minutes|No planned downtime, we roll it}. <{We did have a bad one in February|The worst one was fifty minutes, a database failover}, {I'll send you the write-up|it's on the site, with what we changed}.>
D: {I read it, actually.|I respect that you bring it up.|Okay, please send it.}
---
D: {How do you do backups|Suppose you lose a region}?
S: {Continuous, kept thirty-five days|Every few seconds to the other one}. {We practice a restore each quarter|Last drill took forty minutes}. {You'd lose at most a minute|At worst, the last sixty seconds}. <{And there's a printout the dock can make|You can have the day's plan e-mailed each hour, so paper always works}.>
D: {Paper as a backup. I like it.|That's fine for us.|Forty minutes, and tested. Okay.}
---
D: {There's AI in everything now|I saw something about machine learning}, {does our data train anything|do you use our data for that}?
S: {The unload estimates are learned from your own site|Only for you}. {Nothing's shared across customers|It isn't used to train anything for others}. {And you can turn it off|It's a switch}. <{There's no outside model involved|It's frankly just statistics, marketing calls it something else}.>
D: {Ha. Thank you for that.|Good. Put that in writing, please.|Then I'm less worried.}
---
D: {Our questionnaire has a hundred and eighty questions|We have a vendor review, it's long}. {Who fills that in|How fast can you turn it around}?
R: {Send it over.|We've got someone for that.} {Five business days, usually four|We answer most from a library}, {and anything odd we ask you|and the strange ones go to our security lead}. <{I've seen one with six hundred, so yours is kind|If you take the standard one, it's already done}.>
D: {You'll have it tonight.|The standard one might be enough.|I'll ask if they'd accept the short form.}
next: @r will return the vendor security questionnaire within five business days
---
D: {Who can get in from your side|What can your support people see}?
S: {Nobody, by default.|Only what you open up.} {You grant access for a day|There's a button, it expires by itself}, {and every look is logged|and you see who, when and what}. 
D: {Can we get that log|Do we see those logs}? {We feed everything into one place|Our auditors will ask}.
S: {Yes, as a stream|You can download it or have it sent}. <{Sign-ins, changes, exports|Three hundred sixty-five days of it}.>
---
C: {Is there anything in the contract about a breach|And if something does happen}?
R: {We tell you within forty-eight hours|You'd hear from us in two days at most}, {by phone, and then in writing|a person calls, no form letter}. {We've never had to|It hasn't happened in nine years}. <{We carry insurance for it|There's a five million dollar cyber policy}.>
C: {@legal wants twenty-four.|Okay. @legal will look at the wording.|Knock on wood.}
R: {We can talk about that|Twenty-four has been done before}.
`;
