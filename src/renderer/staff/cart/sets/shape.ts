import { split, type Container } from '../../../../domain/cart/container';
import type { Shape } from './ShapeFields.vue';

/** What the fields say, as the host is asked; undefined while it cannot be. */
export function shapeInput(
  shape: Shape,
): { name: string; bays: number; container: Container; boxes?: number[] } | undefined {
  const bays = Number(shape.bays);
  const name = shape.name.trim();
  if (name === '' || !Number.isInteger(bays) || bays < 1 || bays > 30) return undefined;
  const boxes = Math.min(Number(shape.boxes) || 1, bays);
  return {
    name,
    bays,
    container: shape.container,
    ...(boxes > 1 && shape.container !== 'none' ? { boxes: split(bays, boxes) } : {}),
  };
}
