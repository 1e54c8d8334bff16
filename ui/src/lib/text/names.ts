// How somebody is addressed in a line of the window. Pure.

const TITLES = /^(mr|mrs|ms|miss|mx|dr|prof|sir|madam|mum|mom|dad|aunt|uncle|grandma|grandpa|the)\.?$/i;

/** The first name where a name has one that can stand alone; otherwise the whole name. */
export function calledName(name: string): string {
  const [first, ...rest] = name.trim().split(/\s+/);
  if (first === undefined || rest.length === 0 || TITLES.test(first) || !/^\p{Lu}\p{Ll}+$/u.test(first))
    return name.trim();
  return first;
}
