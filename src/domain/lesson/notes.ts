/**
 * Where a teacher's strokes lie: on a page of the document, from 1, or on a photo that was handed in, which comes after all
 * pages a document may have (by its place among the parts, from 0).
 */
const FIRST_PHOTO = 10_001;

export const photoPage = (part: number): number => FIRST_PHOTO + part;
export const isPhotoPage = (page: number): boolean => page >= FIRST_PHOTO;
