import type { Random } from './random.js';

const FIRST =
  `Aaliyah Aaron Adrian Alejandra Alicia Amara Amir Andre Anika Anton Ashley Beatriz Ben Bianca Brandon Bridget Caleb Carla
Carmen Cedric Chloe Colin Connie Curtis Dana Darnell Deborah Denise Derek Devon Diego Dominic Doug Elena Eli Emeka Emily Erin Esther
Farah Felix Fiona Frank Gabriela Gavin Gloria Grant Greta Hannah Harold Hassan Heather Hector Imani Ines Irene Isaac Jackie Jamal
Janelle Jared Joanna Joel Jorge Julian Kara Keisha Keith Kenji Kim Kurt Lamar Latoya Leah Leon Lorraine Lucia Luis Lydia Malik Manuel
Marcus Margaret Marisol Martin Maya Megan Mei Miguel Mona Monica Nadia Naomi Nate Neil Nina Noor Oscar Owen Patrick Paula Pete
Priscilla Quentin Rachel Rafael Raj Ramona Ray Regina Renee Ricardo Rita Rosa Ruben Russ Samir Sanjay Sasha Sean Selena Shawn Sheila
Simone Stefan Stella Tamara Tanya Terrence Theo Tina Todd Trevor Valerie Vanessa Vince Wanda Wes Yolanda Yusuf Zoe`.split(
    /\s+/,
  );

const LAST =
  `Abara Acheson Adeyemi Alcott Almeida Amsler Anand Arroyo Ashby Baptiste Barlow Beaumont Beckett Bhandari Birch Blackwood
Boateng Bolger Brandt Brennan Cabrera Calloway Cardenas Castellano Chaudhry Choi Cisneros Colvin Coughlin Crandall Dalton Darby
Delacroix Desai Dietrich Donnelly Duarte Dunmore Eastman Ekström Ellery Escobar Fairbanks Faulkner Ferreira Finch Fontaine Forsyth
Gallagher Garrity Ghosh Gilmore Goodwin Grady Haddad Halloran Hargrove Hatch Hendricks Herrera Hightower Holloway Huang Ibarra Ingram
Iyer Jankowski Jarvis Kaminski Kapoor Keane Kessler Khalil Kowalczyk Lachance Langley Larkin Lindqvist Lombardi Lovell Mackey Madden
Mahoney Marchetti Mbeki McAllister Mendes Mercado Mistry Moreau Nakamura Nash Navarro Ndiaye Nolan Novak Oakes Obi Okafor Olsen Orozco
Pacheco Paquette Parrish Patel Pemberton Pruitt Quigley Quintero Rahman Ramsey Ransom Redmond Reyes Rowe Rutledge Salazar Santoro
Sato Schaefer Serrano Sheffield Sinclair Solberg Soto Stanfield Tanaka Thibault Thornton Tran Tully Ueda Underhill Vance Vargas Villanueva
Wadsworth Walsh Weatherby Whitaker Winslow Wozniak Yamada Yates Zamora Zielinski`.split(/\s+/);

/** First names that women have. */
export const WOMEN: ReadonlySet<string> = new Set(
  `Aaliyah Alejandra Alicia Amara Anika Ashley Beatriz Bianca Bridget Carla Carmen Chloe Connie Dana Deborah Denise Elena Emily Erin
Esther Farah Fiona Gabriela Gloria Greta Hannah Heather Imani Ines Irene Jackie Janelle Joanna Kara Keisha Kim Latoya Leah Lorraine
Lucia Lydia Margaret Marisol Maya Megan Mei Mona Monica Nadia Naomi Nina Noor Paula Priscilla Rachel Ramona Regina Renee Rita Rosa
Sasha Selena Sheila Simone Stella Tamara Tanya Tina Valerie Vanessa Wanda Yolanda Zoe`.split(/\s+/),
);

/** A person's name. */
export interface PersonName {
  readonly firstName: string;
  readonly lastName: string;
}

/** Makes a source of names. No last name repeats until all are used: people in a demo are told apart by it. */
export function nameSource(random: Random): () => PersonName {
  let firsts = random.shuffled(FIRST);
  let lasts = random.shuffled(LAST);
  return () => {
    if (firsts.length === 0) firsts = random.shuffled(FIRST);
    if (lasts.length === 0) lasts = random.shuffled(LAST);
    return { firstName: firsts.pop()!, lastName: lasts.pop()! };
  };
}
