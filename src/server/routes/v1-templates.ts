import { v1Routes } from '../../contract/routes.js';
import {
  createTemplate,
  listTemplates,
  previewTemplate,
  readTemplate,
  updateTemplate,
} from '../../services/templates.js';
import type { createRegistrar } from '../context.js';
import { jsonBody, registerCollection } from './v1-settings.js';

/** Call-card templates: `/api/v1/templates`. */
export function registerV1Templates(register: ReturnType<typeof createRegistrar>): void {
  registerCollection(register, v1Routes.templates, {
    id: (text) => text,
    list: ({ db }, scope) => listTemplates(db, scope),
    create: createTemplate,
    read: ({ db }, scope, id) => readTemplate(db, scope, id),
    update: updateTemplate,
  });
  register(v1Routes.previewTemplate, ({ deps, caller, request }) => previewTemplate(deps, caller, jsonBody(request)));
}
