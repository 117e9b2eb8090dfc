// The styles of the components that only scoring uses.
import '@mantine/core/styles/Radio.css';
