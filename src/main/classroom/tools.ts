import type { LessonTool, ToolContext } from './lesson-tool';
import { createApps } from './apps/service';
import { createStations } from './connectors/stations';
import { createNotes } from './notes/service';
import { createInternet } from './internet/internet';
import { createCheck } from './check/service';
import { createRoom } from './room/service';
import { createClean } from './clean/clean';
import { createPoint } from './point/point';
import { createRecess } from './recess/recess';
import { createReport } from './report/report';
import { createPollTool } from './poll/poll-tool';
import { createProject } from './project/board';
import { createShow } from './show/show';
import { createTalkTool } from './talk/talk-tool';

/** The tools of a lesson, one line each; the doors reach them as `classroom.tools.<name>`. */
export function createTools(context: ToolContext) {
  const internet = createInternet(context);
  const stations = createStations(context);
  const notes = createNotes(context);
  return {
    internet,
    poll: createPollTool(context),
    talk: createTalkTool(context),
    show: createShow(context),
    project: createProject(context),
    room: createRoom(context, notes.shelf),
    check: createCheck(context),
    notes,
    recess: createRecess(context),
    clean: createClean(context),
    report: createReport(context),
    apps: createApps(context, { adb: stations.adb, internet }),
    stations,
    point: createPoint(context),
  } satisfies Record<string, LessonTool>;
}
export type LessonTools = ReturnType<typeof createTools>;
