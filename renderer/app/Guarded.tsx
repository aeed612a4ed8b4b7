/** A pane that throws shows its error in its own place; the rest of the workbench goes on. */
import { Component, type ReactNode } from 'react';
import { ErrorState } from '../ui/states.tsx';

export class Guarded extends Component<{ children: ReactNode }, { thrown: unknown }> {
  override state: { thrown: unknown } = { thrown: undefined };

  static getDerivedStateFromError(thrown: unknown): { thrown: unknown } {
    return { thrown: thrown ?? new Error('Unknown error') };
  }

  override render(): ReactNode {
    const { thrown } = this.state;
    if (thrown === undefined) return this.props.children;
    return <ErrorState problem={thrown} retry={() => this.setState({ thrown: undefined })} />;
  }
}
