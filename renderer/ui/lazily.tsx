/**
 * A component whose code is fetched when it is first shown. React's own `lazy` under `Suspense` keeps what was fetched
 * back until 300 ms after the last fallback appeared (its throttle of fallbacks); two such steps in a row cost a start
 * more than all of its work. This one shows the component in the moment in which its code is there.
 */
import { type ComponentType, type ReactNode, useEffect, useReducer } from 'react';

/**
 * @param load imports the module; asked again at the next mount when it failed
 * @param fallback is shown until then
 * @returns a component that throws what `load` was rejected with, for the nearest {@link Guarded}
 */
export function lazily<P extends object>(
  load: () => Promise<{ default: ComponentType<P> }>,
  fallback: ReactNode = null,
): ComponentType<P> {
  let fetched: ComponentType<P> | undefined;
  let failed: { thrown: unknown } | undefined;
  let pending: Promise<void> | undefined;
  const fetchOnce = (): Promise<void> => {
    failed = undefined;
    pending ??= load().then(
      (module) => void (fetched = module.default),
      (thrown: unknown) => {
        failed = { thrown };
        pending = undefined;
      },
    );
    return pending;
  };
  return function Lazily(props: P) {
    const [, again] = useReducer((count: number) => count + 1, 0);
    useEffect(() => {
      if (fetched !== undefined) return;
      let here = true;
      void fetchOnce().then(() => here && again());
      return () => void (here = false);
    }, []);
    const Shown = fetched;
    if (Shown !== undefined) return <Shown {...props} />;
    if (failed !== undefined) throw failed.thrown;
    return fallback;
  };
}
