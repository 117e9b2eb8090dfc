import { v1Routes } from '../../contract/routes.js';
import {
  createTemplate,
  listTemplates,
  previewTemplate,
  readTemplate,
  updateTemplate,
} from '../../services/calls/templates.js';
import { jsonBody } from '../bodies.js';
import type { Register } from '../context.js';
import { byId, INACTIVE, registerCollection } from '../crud.js';

/** Call-card templates: `/api/v1/templates`. */
export function registerV1Templates(register: Register): void {
  registerCollection(register, v1Routes.templates, {
    id: (text) => text,
    list: async ({ db }, actor, { after, limit }) => {
      const templates = await listTemplates(db, actor);
      return templates.filter(({ id }) => after === null || id > String(after[0])).slice(0, limit);
    },
    keyOf: byId,
    create: createTemplate,
    read: ({ db }, scope, id) => readTemplate(db, scope, id),
    update: updateTemplate,
    remove: (deps, actor, id, ifMatch) => updateTemplate(deps, actor, id, INACTIVE, ifMatch),
  });
  register(v1Routes.previewTemplate, ({ deps, caller, request }) => previewTemplate(deps, caller, jsonBody(request)));
}
