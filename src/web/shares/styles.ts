// The styles of the components that only sharing uses.
import '@mantine/core/styles/Checkbox.css';
