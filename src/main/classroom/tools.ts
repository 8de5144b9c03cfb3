import type { LessonTool, ToolContext } from './lesson-tool';

/** The tools of a lesson, one line each; the doors reach them as `classroom.tools.<name>`. */
export function createTools(_context: ToolContext) {
  return {} satisfies Record<string, LessonTool>;
}
export type LessonTools = ReturnType<typeof createTools>;
