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
import { byId, registerCollection } from '../crud.js';
import { idAfter } from '../list-cursor.js';

/** Call-card templates: `/api/v1/templates`. */
export function registerV1Templates(register: Register): void {
  registerCollection(register, v1Routes.templates, {
    list: listTemplates,
    after: idAfter,
    keyOf: byId,
    create: createTemplate,
    read: readTemplate,
    update: updateTemplate,
  });
  register(v1Routes.previewTemplate, ({ deps, caller, request }) => previewTemplate(deps, caller, jsonBody(request)));
}
