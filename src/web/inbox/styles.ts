// The styles of the components that only the inbox uses.
import '@mantine/core/styles/Checkbox.css';
