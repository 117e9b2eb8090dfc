/** What a person can do about each error of a disk that takes no more bytes. */
export const NO_ROOM: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full: free some space, or move DATA_DIR to a larger disk',
  EDQUOT: 'the disk quota is used up: raise it, or free some space',
  EFBIG: 'files may not be so large: raise the limit of the process (ulimit -f), or use another file system',
};
