/** A call-card template as POST /api/v1/templates takes it. docs/templates.md lists the variables. */
export interface DemoTemplate {
  readonly name: string;
  readonly template: string;
}

/** The demo company's call-card templates. */
export const DEMO_TEMPLATES: readonly DemoTemplate[] = [
  {
    name: 'At a glance',
    template: `{{ caller.firstName | default: "Someone" }}{% if team %} ({{ team.name }}){% endif %}
{%- if crmMatch.account %} with {{ crmMatch.account.name }}{% endif -%}
, {{ call.time | date: "%b %-d, %Y at %-I:%M %p" }}
{%- if call.duration %}, {{ call.duration | divided_by: 60.0 | ceil }} min{% endif %}`,
  },
  {
    name: 'Coaching',
    template: `{% if stats.talkRatio -%}
{% assign share = stats.talkRatio | times: 100 | round -%}
Rep talked {{ share }} % of the time
{%- if share > 65 %}: ask more, tell less{% elsif share < 35 %}: mostly listening{% endif %}.
{% else -%}
Not analysed yet.
{% endif %}`,
  },
  {
    name: 'Follow-up',
    template: `{% for step in summary.nextSteps limit: 3 -%}
- {{ step }}
{% else -%}
No next step was agreed.
{% endfor %}`,
  },
];
