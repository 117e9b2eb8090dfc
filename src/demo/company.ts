import { nameSource, type PersonName } from './names.js';
import { createRandom } from './random.js';

/** The demo company, Quayline, sells dock scheduling, yard and gate software to warehouses. */
const COMPANY_NAME = 'Quayline';
const COMPANY_DOMAIN = 'quayline.example';

/** What a person does; it decides which calls they have. */
export type Job = 'sdr' | 'ae' | 'se' | 'onboarding' | 'account-manager' | 'support' | 'operations';

/** How a person talks. Shares are from 0 to 1. */
interface Persona {
  /** The share of a conversation that they tend to have. */
  readonly talk: number;
  /** Words per minute while talking, pauses included. */
  readonly pace: number;
  /** Fillers and false starts per word. */
  readonly hesitation: number;
  /** How much they prefer asking to telling; 0.5 is even. */
  readonly asking: number;
}

/** A person of the demo company. */
export interface Person extends PersonName {
  readonly key: string;
  readonly email: string;
  /** Their ids in the dialer and the CRM. */
  readonly systemIds: readonly string[];
  readonly role: 'admin' | 'manager' | 'rep';
  readonly teamKey: string;
  readonly departmentKey: string;
  readonly title: string;
  readonly job: Job;
  readonly persona: Persona;
}

/** The demo company: its departments, teams and people. */
export interface Company {
  readonly name: string;
  readonly domain: string;
  readonly departments: readonly { readonly key: string; readonly name: string }[];
  readonly teams: readonly {
    readonly key: string;
    readonly name: string;
    readonly departmentKey: string;
    /** The key of a person. */
    readonly managerKey: string;
  }[];
  readonly people: readonly Person[];
}

const DEPARTMENTS = [
  { key: 'sales', name: 'Sales' },
  { key: 'success', name: 'Customer Success' },
  { key: 'support', name: 'Support' },
];

interface Seat {
  readonly job: Job;
  readonly title: string;
  readonly count: number;
}

const TEAMS: readonly { key: string; name: string; departmentKey: string; manager: string; job: Job; seats: Seat[] }[] =
  [
    {
      key: 'development',
      name: 'Sales Development',
      departmentKey: 'sales',
      manager: 'Manager, Sales Development',
      job: 'sdr',
      seats: [{ job: 'sdr', title: 'Sales Development Representative', count: 3 }],
    },
    {
      key: 'mid-market',
      name: 'Mid-Market',
      departmentKey: 'sales',
      manager: 'Regional Sales Manager',
      job: 'ae',
      seats: [{ job: 'ae', title: 'Account Executive', count: 4 }],
    },
    {
      key: 'enterprise',
      name: 'Enterprise',
      departmentKey: 'sales',
      manager: 'Director, Enterprise Sales',
      job: 'ae',
      seats: [
        { job: 'ae', title: 'Senior Account Executive', count: 2 },
        { job: 'se', title: 'Solutions Engineer', count: 2 },
      ],
    },
    {
      key: 'onboarding',
      name: 'Onboarding',
      departmentKey: 'success',
      manager: 'Manager, Onboarding',
      job: 'onboarding',
      seats: [{ job: 'onboarding', title: 'Onboarding Specialist', count: 2 }],
    },
    {
      key: 'accounts',
      name: 'Account Management',
      departmentKey: 'success',
      manager: 'Director, Account Management',
      job: 'account-manager',
      seats: [{ job: 'account-manager', title: 'Account Manager', count: 3 }],
    },
    {
      key: 'desk',
      name: 'Support Desk',
      departmentKey: 'support',
      manager: 'Support Manager',
      job: 'support',
      seats: [{ job: 'support', title: 'Support Engineer', count: 2 }],
    },
  ];

/** The departments, teams and 25 people, the same for the same seed. Keys are local: the caller assigns ids. */
export function demoCompany(seed: string): Company {
  const random = createRandom(`${seed}/company`);
  const name = nameSource(random);
  const people: Person[] = [];
  // Spread evenly, then dealt at random: independent draws would give small teams whose members all talk alike.
  const talks = random.shuffled(Array.from({ length: 25 }, (_, i) => 0.25 + (i / 24) * 0.51));
  const add = (role: Person['role'], title: string, job: Job, teamKey: string, departmentKey: string) => {
    const person = name();
    const number = people.length + 1;
    const key = `person-${number}`;
    const email = `${plain(person.firstName)}.${plain(person.lastName)}@${COMPANY_DOMAIN}`;
    const talk = talks[number - 1]!;
    const persona: Persona = {
      talk,
      pace: Math.round(random.around(128, 178)),
      hesitation: random.around(0.002, 0.04),
      asking: Math.min(0.9, Math.max(0.1, 1 - talk + random.between(-0.15, 0.15))),
    };
    const systemIds = [`${plain(person.firstName)[0]}${plain(person.lastName)}`, `005Qy${random.int(1e9, 9e9)}AAE`];
    people.push({ ...person, key, email, systemIds, role, teamKey, departmentKey, title, job, persona });
    return key;
  };
  const teams = TEAMS.map((team) => {
    const managerKey = add('manager', team.manager, team.job, team.key, team.departmentKey);
    for (const seat of team.seats) {
      for (let i = 0; i < seat.count; i++) add('rep', seat.title, seat.job, team.key, team.departmentKey);
    }
    return { key: team.key, name: team.name, departmentKey: team.departmentKey, managerKey };
  });
  add('admin', 'Revenue Operations', 'operations', 'development', 'sales');
  return { name: COMPANY_NAME, domain: COMPANY_DOMAIN, departments: DEPARTMENTS, teams, people };
}

/** A name for e-mail addresses: ASCII, lower case. */
function plain(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[^A-Za-z]/g, '')
    .toLowerCase();
}
