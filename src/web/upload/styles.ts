// The styles of the components that only the page of uploads uses.
import '@mantine/core/styles/List.css';
import '@mantine/core/styles/Progress.css';
import '@mantine/core/styles/SimpleGrid.css';
import './upload-page.css';
