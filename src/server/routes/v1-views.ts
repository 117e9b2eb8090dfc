import type { RouteContract } from '../../contract/route.js';
import { v1Routes } from '../../contract/routes.js';
import { viewParameters } from '../../contract/views.js';
import { AppError } from '../../errors.js';
import type { Actor } from '../../services/actor.js';
import { createView, listViews, readView, removeView, updateView } from '../../services/calls/views.js';
import type { Register } from '../context.js';
import { byId, registerCollection } from '../crud.js';
import { idAfter } from '../list-cursor.js';
import { parseQuery, readQuery } from '../query.js';

/** Saved views of the list of calls: `/api/v1/views`. */
export function registerV1Views(register: Register): void {
  registerCollection(register, v1Routes.views, {
    list: listViews,
    create: (deps, actor, body) => createView(deps, actor, body, checkQuery(actor)),
    read: readView,
    update: (deps, actor, id, body, ifMatch) => updateView(deps, actor, id, body, checkQuery(actor), ifMatch),
    remove: removeView,
    after: idAfter,
    keyOf: byId,
  });
}

/** A view's query is read as the query of a route with its parameters would be. */
const viewed: RouteContract = {
  ...v1Routes.views.list,
  query: viewParameters,
  metadataQuery: 'any',
};

const checkQuery =
  ({ timeZone }: Actor) =>
  (query: string): void => {
    try {
      readQuery(viewed, parseQuery(query), timeZone);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== 'invalid') throw error;
      throw new AppError('invalid', `query: ${error.message}`, {
        field: 'query',
        ...(error.allowed && { allowed: error.allowed }),
      });
    }
  };
