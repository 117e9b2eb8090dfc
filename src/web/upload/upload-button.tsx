import { Affix, Button, Paper, Text } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { holdFiles } from './dropped-files.js';
import { useFileDrop } from './file-drop.js';

/** Leads to the page of uploads; so do files that are dropped anywhere. */
export function UploadButton() {
  const navigate = useNavigate();
  const isOver = useFileDrop((files) => {
    holdFiles(files);
    void navigate({ to: '/calls/upload' });
  });
  return (
    <>
      <Button component={Link} to="/calls/upload" variant="default">
        Upload
      </Button>
      {isOver && (
        <Affix bottom={24} left={0} right={0} style={{ pointerEvents: 'none' }}>
          <Paper shadow="md" withBorder p="md" mx="auto" w="fit-content">
            <Text>Drop recordings or transcripts to upload them</Text>
          </Paper>
        </Affix>
      )}
    </>
  );
}
