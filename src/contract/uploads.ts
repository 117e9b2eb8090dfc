import Type, { type Static } from 'typebox';
import { v1 } from './route.js';

/** How far an upload is. */
const Upload = Type.Object(
  {
    id: Type.String(),
    size: Type.Integer({ description: 'of the whole file, in bytes' }),
    offset: Type.Integer({ description: 'how many bytes have been taken' }),
    callId: Type.Union([Type.String(), Type.Null()], { description: 'the call; null until the file is stored' }),
    state: Type.Enum(['uploading', 'storing', 'stored']),
  },
  { title: 'Upload' },
);
export type Upload = Static<typeof Upload>;

/** The media type of a part of an upload. */
export const UPLOAD_PART = 'application/offset+octet-stream';

/** Resumable uploads of recordings, by tus 1.0 (https://tus.io). */
export const uploadRoutes = {
  beginUpload: v1(
    'POST',
    '/uploads',
    'write',
    'rep',
    'Begin a resumable upload of a recording (tus 1.0). Upload-Metadata has the parameters of POST /recordings; or callId and those of POST /calls/{id}/recording',
    { status: 201, answer: Upload },
  ),
  readUpload: v1('GET', '/uploads/:id', 'write', 'rep', 'How far an upload is; tus asks by HEAD', { answer: Upload }),
  continueUpload: v1(
    'PATCH',
    '/uploads/:id',
    'write',
    'rep',
    'Send the next bytes of an upload. The last answer has the call in Debrief-Call-Id',
    { bodyType: UPLOAD_PART, status: 204 },
  ),
  endUpload: v1('DELETE', '/uploads/:id', 'write', 'rep', 'End an upload, of which nothing is kept', { status: 204 }),
} as const;
