import { AlertDialog } from '@base-ui/react/alert-dialog'
import button from './button.module.css'
import { classes } from '../classes.ts'
import styles from './confirm.module.css'

interface ConfirmProps {
  /** The words of the button that asks, and of the one that does it. */
  trigger: string
  question: string
  explanation: string
  cancel: string
  onConfirm: () => void
}

/** A button whose deed is done only after a question. */
export function Confirm({ trigger, question, explanation, cancel, onConfirm }: ConfirmProps) {
  const danger = classes(button['button'], button['danger'])
  return (
    <AlertDialog.Root>
      <AlertDialog.Trigger className={danger}>{trigger}</AlertDialog.Trigger>
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={styles['veil']} />
        <AlertDialog.Popup className={styles['popup']}>
          <AlertDialog.Title>{question}</AlertDialog.Title>
          <AlertDialog.Description>{explanation}</AlertDialog.Description>
          <div className={styles['actions']}>
            <AlertDialog.Close className={button['button']}>{cancel}</AlertDialog.Close>
            <AlertDialog.Close className={danger} onClick={onConfirm}>
              {trigger}
            </AlertDialog.Close>
          </div>
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  )
}
