/** Which box of a cart gives a place its current: the one whose first place is nearest below it. */
export function boxOf<Box extends { readonly firstBay: number }>(
  boxes: readonly Box[],
  bay: number,
): Box | undefined {
  return boxes
    .filter(({ firstBay }) => firstBay <= bay)
    .reduce<Box | undefined>((best, box) => (best && best.firstBay >= box.firstBay ? best : box), undefined);
}
