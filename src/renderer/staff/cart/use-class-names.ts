/** Names of the school's classes, for who had a device last; who may not read them sees none. */
import { shallowRef } from 'vue';
import { useStaff } from '../client';

export function useClassNames(): (id: string) => string | undefined {
  const names = shallowRef(new Map<string, string>());
  useStaff()
    .request('people.classes', {})
    .then(({ classes }) => {
      names.value = new Map(classes.map(({ id, label }) => [id, label]));
    })
    // A technician has no classes: what is said of a device is its number and its day.
    .catch(() => undefined);
  return (id) => names.value.get(id);
}
