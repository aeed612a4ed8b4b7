/** Asks what a program may do, before it runs: each wish in plain words, for this once, from now on, or never. */
import { ShieldQuestionMark } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type Answer, type Question, useGrantQuestion, type Wish } from '../../state/grants.ts';
import { Button } from '../../ui/index.ts';
import './grants.css';

export function GrantDialog() {
  const question = useGrantQuestion((state) => state.question);
  return question === undefined ? null : <Ask key={question.module.id} question={question} />;
}

const CHOICES: readonly { answer: Answer; label: string }[] = [
  { answer: 'once', label: 'This once' },
  { answer: 'always', label: 'Always' },
  { answer: 'never', label: 'Never' },
];

function Ask({ question }: { question: Question }) {
  const { name, wishes, origin, keepOnly = false } = question;
  const dialog = useRef<HTMLDialogElement>(null);
  const [answers, setAnswers] = useState<Record<string, Answer>>(() =>
    Object.fromEntries(
      wishes.map(({ capability }) => [capability, keepOnly ? ('always' as const) : ('once' as const)]),
    ),
  );
  useEffect(() => {
    if (dialog.current?.open === false) dialog.current.showModal();
  }, []);
  const kept = Object.values(answers).some((answer) => answer !== 'once');
  return (
    <dialog
      ref={dialog}
      className="ui-dialog grant-dialog"
      aria-labelledby="grant-title"
      onClose={() => question.answer(undefined)}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          question.answer(answers);
        }}
      >
        <div className="ui-dialog-body">
          <h2 id="grant-title">
            <ShieldQuestionMark aria-hidden /> {name} wants to do more than compute
          </h2>
          {wishes.map((wish) => (
            <WishRow
              key={wish.capability}
              wish={wish}
              answer={answers[wish.capability]!}
              choices={keepOnly ? CHOICES.filter(({ answer }) => answer !== 'once') : CHOICES}
              onAnswer={(answer) => setAnswers((now) => ({ ...now, [wish.capability]: answer }))}
            />
          ))}
          <p className="grant-kept">
            {kept
              ? `Always and never hold for this program and its next versions from ${origin}, in this project. They can be changed in Permissions.`
              : 'Nothing is kept: it is asked again the next time.'}
          </p>
        </div>
        <div className="ui-dialog-actions">
          <Button onClick={() => question.answer(undefined)}>Do not run</Button>
          <Button kind="primary" type="submit">
            Run
          </Button>
        </div>
      </form>
    </dialog>
  );
}

interface WishRowProps {
  wish: Wish;
  answer: Answer;
  choices: typeof CHOICES;
  onAnswer(answer: Answer): void;
}

function WishRow({ wish, answer, choices, onAnswer }: WishRowProps) {
  const [right, scope] = wish.capability.split(/:(.*)/);
  return (
    <fieldset className="grant-wish">
      <legend>
        {wish.words[0]?.toUpperCase()}
        {wish.words.slice(1)}
      </legend>
      <code>{right}</code>
      <small>{scope === undefined ? 'without a narrower scope' : `only ${scope}`}</small>
      <div className="grant-choices">
        {choices.map((choice) => (
          <label key={choice.answer} data-chosen={choice.answer === answer}>
            <input
              type="radio"
              name={wish.capability}
              value={choice.answer}
              checked={choice.answer === answer}
              onChange={() => onAnswer(choice.answer)}
            />
            {choice.label}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
