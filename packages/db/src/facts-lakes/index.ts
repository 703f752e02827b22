export { listLakeMarks, type LakeMark } from './lake-marks.ts';
export { moveLakeMark } from './move-mark.ts';
