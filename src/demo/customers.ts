import { nameSource, type PersonName } from './names.js';
import { createRandom, type Random } from './random.js';
import { spoken } from './script.js';

/** A person at a customer, as the CRM has them. */
export interface Contact extends PersonName {
  readonly crmId: string;
  readonly title: string;
  readonly email: string;
}

/** A customer or prospect, with the facts that are the same in all its calls. */
export interface Customer {
  readonly key: string;
  readonly crmId: string;
  readonly engagementCrmId: string;
  readonly name: string;
  readonly region: string;
  readonly industry: string;
  /** The head of logistics, someone from IT, someone from the warehouse floor. */
  readonly contacts: readonly [Contact, Contact, Contact];
  /** How the main contact talks. */
  readonly talk: number;
  readonly pace: number;
  readonly hesitation: number;
  /** The value of the contract, in dollars per year. */
  readonly annual: number;
  readonly facts: Readonly<Record<string, string>>;
}

const PLACES: readonly [string, string, string, string][] = [
  ['Northeast', 'Allentown', 'Syracuse', 'Worcester'],
  ['Northeast', 'Scranton', 'Newark', 'Hartford'],
  ['Southeast', 'Savannah', 'Macon', 'Greenville'],
  ['Southeast', 'Lakeland', 'Jacksonville', 'Mobile'],
  ['Southeast', 'Chattanooga', 'Charlotte', 'Birmingham'],
  ['Midwest', 'Joliet', 'Fort Wayne', 'Grand Rapids'],
  ['Midwest', 'Columbus', 'Dayton', 'Louisville'],
  ['Midwest', 'Des Moines', 'Omaha', 'Green Bay'],
  ['Southwest', 'Laredo', 'San Antonio', 'Tulsa'],
  ['Southwest', 'Fort Worth', 'Shreveport', 'Little Rock'],
  ['West', 'Stockton', 'Reno', 'Fresno'],
  ['West', 'Ontario', 'Bakersfield', 'Tucson'],
  ['Northwest', 'Spokane', 'Boise', 'Yakima'],
  ['Mountain', 'Aurora', 'Pueblo', 'Cheyenne'],
];

// industry, ending of the company's name, what it ships, whom it delivers to, when it is busiest
const INDUSTRIES: readonly [string, string[], string[], string, string[]][] = [
  [
    'Food',
    ['Foods', 'Provisions', 'Kitchens'],
    ['frozen vegetables', 'canned tomatoes', 'bakery mixes', 'pasta sauce'],
    'the grocery chains',
    ['harvest', 'the run-up to Thanksgiving'],
  ],
  [
    'Beverage',
    ['Beverage', 'Springs', 'Bottling'],
    ['bottled water', 'sparkling juice', 'canned coffee'],
    'the convenience chains',
    ['the summer', 'Memorial Day to Labor Day'],
  ],
  [
    'Building materials',
    ['Building Supply', 'Lumber', 'Gypsum'],
    ['drywall and insulation', 'roofing shingles', 'treated lumber'],
    'the big box stores',
    ['the spring building season', 'storm season'],
  ],
  [
    'Retail',
    ['Outfitters', 'Home', 'Brands'],
    ['housewares', 'camping gear', 'small furniture'],
    'the department stores',
    ['October through Christmas', 'back-to-school'],
  ],
  [
    'Pharmaceutical',
    ['Health', 'Medical Supply'],
    ['surgical supplies', 'temperature-controlled vaccines', 'lab consumables'],
    'the hospital groups',
    ['flu season', 'the fourth quarter'],
  ],
  [
    'Packaging',
    ['Packaging', 'Paper', 'Container'],
    ['corrugated boxes', 'paper rolls', 'plastic resin'],
    'the food processors',
    ['the holiday build', 'late summer'],
  ],
  [
    'Automotive',
    ['Auto Parts', 'Axle', 'Components'],
    ['brake assemblies', 'batteries and filters', 'tires'],
    'the assembly plants',
    ['model changeover', 'the first cold snap'],
  ],
  [
    'Third-party logistics',
    ['Logistics', 'Warehousing', 'Distribution'],
    ['mixed consumer goods', 'pet food and seasonal stock', 'apparel'],
    'our clients',
    ['peak season', 'October through Christmas'],
  ],
  [
    'Cold storage',
    ['Cold Storage', 'Refrigerated'],
    ['frozen poultry', 'ice cream', 'seafood and produce'],
    'the food service companies',
    ['the Fourth of July weeks', 'the holidays'],
  ],
];

const STEMS =
  `Marlowe Tamarack Bellweather Hollis Kestrel Brightwater Oakhurst Pinnacle Ridgeline Calder Fairmont Sable Thistle Granby
Westbrook Larkfield Corwin Ashgrove Meridian Stonebridge Harwick Redfern Silverton Bluestem Cobalt Driftwood Elmhurst Foxglove Glenrock
Hawthorn Ironwood Juniper Kingsley Lakemont Millbrook Northgate Orchard Palisade Quarry Rosedale Sycamore Timberline Upland Vantage Willow
Yarrow Zephyr Amber Birchwood Copperfield Dunmore Evergreen Falcon Greystone Heron Inland Jasper Keystone Lantern Moraine`.split(
    /\s+/,
  );

const TITLES = {
  main: [
    'Director of Logistics',
    'VP of Operations',
    'Distribution Manager',
    'Transportation Manager',
    'Director of Supply Chain',
  ],
  it: ['IT Manager', 'Systems Analyst', 'Director of Information Systems', 'Applications Manager'],
  floor: ['Warehouse Manager', 'Receiving Supervisor', 'Yard Manager', 'Shift Supervisor'],
};

const RIVALS = ['Bayslot', 'Yardmint', 'TruckTempo', 'Portarius', 'DockHarbor'];
const CARRIERS = [
  'Hartwick Freight',
  'Redline Transport',
  'Pell and Sons',
  'Great Basin Lines',
  'Crosswind Logistics',
  'Amherst Carriers',
  'Blue Ox Trucking',
  'Tri-River Express',
];

/** As many customers as asked for. No name repeats until the list is used up. */
export function demoCustomers(seed: string, count: number, staff: readonly PersonName[]): Customer[] {
  const random = createRandom(`${seed}/customers`);
  const draw = nameSource(random);
  const taken = new Set(staff.map((one) => one.firstName));
  // A Tamara who calls a Tamara reads like a mistake.
  const name = () => {
    let drawn = draw();
    while (taken.has(drawn.firstName)) drawn = draw();
    return drawn;
  };
  let stems = random.shuffled(STEMS);
  const customers: Customer[] = [];
  for (let i = 0; i < count; i++) {
    if (stems.length === 0) stems = random.shuffled(STEMS);
    customers.push(customer(random, name, stems.pop()!, i));
  }
  return customers;
}

function customer(random: Random, name: () => PersonName, stem: string, index: number): Customer {
  const [industry, endings, goods, buyers, peaks] = INDUSTRIES[index % INDUSTRIES.length]!;
  const [region, ...cities] = random.pick(PLACES);
  const [city, city2, city3] = random.shuffled(cities);
  const companyName = `${stem} ${random.pick(endings)}`;
  const domain = `${companyName.toLowerCase().replace(/[^a-z]/g, '')}.example`;
  const contact = (titles: string[]): Contact => {
    const person = name();
    const address = `${person.firstName[0]}${person.lastName}`
      .normalize('NFKD')
      .replace(/[^A-Za-z]/g, '')
      .toLowerCase();
    return { ...person, crmId: crmId(random, '003'), title: random.pick(titles), email: `${address}@${domain}` };
  };
  const sites = random.int(2, 14);
  const sitePrice = random.int(18, 32) * 50;
  const gatePrice = random.int(6, 11) * 50;
  const annual = sites * (sitePrice + gatePrice) * 12;
  const discount = random.pick([5, 8, 10, 12, 15]);
  const deal = Math.round((annual * (100 - discount)) / 100_000) * 1000;
  const doors = random.int(12, 64);
  const rivals = random.shuffled(RIVALS);
  const carriers = random.shuffled(CARRIERS);
  const uplift = random.pick([4, 5, 6, 7]);
  return {
    key: `customer-${index + 1}`,
    crmId: crmId(random, '001'),
    engagementCrmId: crmId(random, '006'),
    name: companyName,
    region,
    industry,
    contacts: [contact(TITLES.main), contact(TITLES.it), contact(TITLES.floor)],
    talk: random.between(0.35, 0.65),
    pace: Math.round(random.around(122, 180)),
    hesitation: random.around(0.002, 0.045),
    annual: deal,
    facts: {
      company: companyName,
      region,
      industry: `the ${industry.toLowerCase().replace('third-party ', '')} business`,
      goods: random.pick(goods),
      goods2: random.pick(goods),
      buyers,
      peak: random.pick(peaks),
      city: city!,
      city2: city2!,
      city3: city3!,
      sites: spoken(sites),
      doors: spoken(doors),
      trucks: spoken(doors * random.int(2, 4) + random.int(0, 9)),
      wms: random.pick(['Manhattan', 'Blue Yonder', 'Körber', 'a homegrown system', 'Infor']),
      erp: random.pick(['SAP', 'NetSuite', 'Oracle', 'Dynamics', 'JD Edwards']),
      tms: random.pick(['MercuryGate', 'Oracle Transportation', 'Descartes', 'a broker portal']),
      idp: random.pick(['Okta', 'Entra', 'Ping', 'Google Workspace']),
      oldtool: random.pick([
        'a shared spreadsheet',
        'an Outlook calendar',
        'a whiteboard and a shared inbox',
        'paper and phone calls',
        'a form on our website',
      ]),
      rival: rivals[0]!,
      rival2: rivals[1]!,
      carrier: carriers[0]!,
      carrier2: carriers[1]!,
      carriers: spoken(random.int(25, 240)),
      wait: spoken(random.int(48, 145)),
      goal: spoken(random.int(25, 44)),
      calls: spoken(random.int(4, 19) * 10),
      detention: dollars(random.int(18, 120) * 100),
      chargeback: dollars(random.int(6, 60) * 1000),
      overtime: spoken(random.int(15, 60)),
      boss: name().firstName,
      bossrole: random.pick(['chief operating officer', 'VP of supply chain', 'general manager', 'CFO']),
      procure: name().firstName,
      legal: name().firstName,
      siteprice: dollars(sitePrice),
      gateprice: dollars(gatePrice),
      annual: dollars(annual),
      deal: dollars(deal),
      setup: dollars(random.int(5, 24) * 500),
      pilotprice: dollars(random.int(6, 15) * 500),
      discount: `${discount} percent`,
      budget: dollars(Math.round((annual * random.between(0.6, 0.95)) / 5000) * 5000),
      uplift: `${uplift} percent`,
      renewal: dollars(Math.round((deal * (100 + uplift)) / 100_000) * 1000),
      fiscal: random.pick(['the end of March', 'the end of June', 'the calendar year', 'the end of September']),
      golive: random.pick([
        'the first of the month',
        'the second week of next month',
        'right after quarter end',
        'before inventory week',
      ]),
      usage: spoken(random.int(9, 68) * 100),
      adopt: `${random.int(71, 96)} percent`,
      saved: spoken(random.int(12, 38)),
      version: `${random.int(4, 7)}.${random.int(1, 19)}`,
      badge: spoken(random.int(3, 9)),
    },
  };
}

function dollars(amount: number): string {
  return `$${amount.toLocaleString('en-US')}`;
}

const ID_CHARACTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

/** An id that looks like Salesforce's: its object's prefix, and 18 characters in all. */
export function crmId(random: Random, prefix: string): string {
  let id = `${prefix}5w0`;
  while (id.length < 15) id += ID_CHARACTERS[random.int(0, ID_CHARACTERS.length - 1)];
  return `${id}AAE`;
}
