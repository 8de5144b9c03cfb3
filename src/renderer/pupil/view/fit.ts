import { computed, onBeforeUnmount, onMounted, ref, useTemplateRef, type ComputedRef, type Ref } from 'vue';

/** Space kept around a sheet, both sides together (px). */
const MARGIN = 32;
/** A sheet fitted to the width of a wide screen would be taller than three screens: it stops there (px). */
const WIDEST = 1_100;

/**
 * The size of a sheet of that `shape` (height over width) inside the element marked `box`: as wide as the screen offers
 * on a small one, whole where it would otherwise not be seen at a glance, times `zoom`.
 */
export function useFit(
  shape: Ref<number>,
  zoom: Ref<number> = ref(1),
): { box: Readonly<Ref<HTMLElement | null>>; width: ComputedRef<number>; height: ComputedRef<number> } {
  const box = useTemplateRef<HTMLElement>('box');
  const size = ref({ width: 0, height: 0 });
  const width = computed(() => {
    if (shape.value === 0) return 0;
    const across = Math.min(size.value.width - MARGIN, WIDEST);
    const whole = (size.value.height - MARGIN) / shape.value;
    // Never under two thirds of the width: a whole page in tiny letters helps nobody.
    return Math.round(Math.min(across, Math.max(whole, across * 0.66)) * zoom.value);
  });
  const observer = new ResizeObserver(([entry]) => {
    if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height };
  });
  onMounted(() => {
    if (box.value) observer.observe(box.value);
  });
  onBeforeUnmount(() => observer.disconnect());
  return { box, width, height: computed(() => Math.round(width.value * shape.value)) };
}
