export { ON_STAND_IN, ROOT, electronPath } from './environment';
export { launchApp, type LaunchOptions, type RunningApp } from './launch-app';
export { launchPupil, type Pupil, type PupilOptions } from './launch-pupil';
export { processTree } from './processes';
