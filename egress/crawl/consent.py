"""Cookie banners: the refusing button is clicked, an accepting one never.

Without a refusing button the banner stays.
"""

from typing import Final

#: The refusing buttons of common consent tools.
_BUTTONS: Final = (
    "#onetrust-reject-all-handler", ".ot-pc-refuse-all-handler", ".onetrust-close-btn-handler.onetrust-lg.ot-close-icon",
    "#CybotCookiebotDialogBodyButtonDecline", "#CybotCookiebotDialogBodyLevelButtonLevelOptinDeclineAll",
    "#didomi-notice-disagree-button", ".didomi-continue-without-agreeing",
    "button[data-testid='uc-deny-all-button']", "#usercentrics-cmp button.deny", "#uc-btn-deny-banner",
    "#truste-consent-required", ".trustarc-declineall-btn", "a.rejectAll",
    "button.sp_choice_type_13", "button.sp_choice_type_REJECT_ALL",
    ".cmplz-deny", ".cky-btn-reject", ".osano-cm-denyAll", ".osano-cm-deny", ".cm-btn-decline", ".cn-decline",
    ".iubenda-cs-reject-btn", "#tarteaucitronAllDenied2", "button[data-cookiefirst-action='reject']", ".fc-cta-do-not-consent", ".cc-deny",
    ".moove-gdpr-infobar-reject-btn", "#hs-eu-decline-button", ".js-cookie-consent-reject", ".t-declineAllButton", "#axeptio_btn_dismiss",
)  # fmt: skip
#: The whole texts of refusing buttons, lower-case.
_WORDS: Final = (
    "reject", "reject all", "reject all cookies", "reject cookies", "reject non-essential", "reject optional cookies", "reject additional cookies",
    "decline", "decline all", "decline cookies", "decline optional cookies", "deny", "deny all", "refuse", "refuse all", "disagree", "i do not accept",
    "do not consent", "only necessary", "necessary only", "use necessary cookies only", "only necessary cookies", "strictly necessary only",
    "only essential", "essential only", "essential cookies only", "only essential cookies", "continue without accepting", "continue without agreeing",
    "ablehnen", "alle ablehnen", "alles ablehnen", "nur notwendige", "nur notwendige cookies", "nur essenzielle cookies", "nur erforderliche cookies",
    "nur technisch notwendige", "ohne zustimmung fortfahren", "nicht zustimmen",
    "refuser", "tout refuser", "refuser tout", "continuer sans accepter", "je refuse", "uniquement les nécessaires", "cookies nécessaires uniquement",
    "rechazar", "rechazar todo", "rechazar todas", "rechazar cookies", "solo necesarias", "solo las necesarias", "denegar",
    "rifiuta", "rifiuta tutto", "rifiuta tutti", "solo necessari", "continua senza accettare", "nega",
    "weigeren", "alles weigeren", "alle cookies weigeren", "alleen noodzakelijk", "alleen noodzakelijke cookies", "afwijzen",
    "odrzuć", "odrzuć wszystkie", "tylko niezbędne", "rejeitar", "rejeitar tudo", "recusar", "recusar tudo", "apenas necessários",
    "avvisa", "avvisa alla", "endast nödvändiga", "neka", "neka alla", "afvis", "afvis alle", "kun nødvendige", "avslå", "avslå alle",
    "hylkää", "hylkää kaikki", "vain välttämättömät", "odmítnout", "odmítnout vše", "pouze nezbytné", "elutasít", "elutasítom", "csak a szükségesek",
    "reddet", "tümünü reddet", "отклонить", "отклонить все", "відхилити", "відхилити всі", "απόρριψη", "απόρριψη όλων",
    "सभी अस्वीकार करें", "अस्वीकार करें", "拒否する", "すべて拒否", "拒绝", "全部拒绝",
)  # fmt: skip

#: Runs in each frame with [buttons, words]; true where something was clicked. Searches open shadow roots.
SCRIPT: Final = """([buttons, words]) => {
  const roots = [document];
  for (const element of document.querySelectorAll('*')) if (element.shadowRoot) roots.push(element.shadowRoot);
  const shown = element => element.getClientRects().length > 0;
  for (const root of roots) for (const selector of buttons) for (const button of root.querySelectorAll(selector))
    if (shown(button)) { button.click(); return true; }
  const about = /cookie|consent|gdpr|privacy|cmp|sp_message|banner|notice/i;
  const plain = text => (text || '').replace(/\\s+/g, ' ').trim().toLowerCase().replace(/[.!›»→]+$/, '').trim();
  const inBanner = element => {
    if (window !== window.top && about.test(location.href + document.body.id + document.body.className)) return true;
    for (let up = element; up; up = up.parentElement || (up.getRootNode() && up.getRootNode().host))
      if (about.test([up.id, up.className, up.getAttribute && up.getAttribute('aria-label'), up.getAttribute && up.getAttribute('role')].join(' '))
          || (up.getAttribute && up.getAttribute('role') === 'dialog' && about.test(up.textContent.slice(0, 2000)))) return true;
    return false;
  };
  for (const root of roots) for (const button of root.querySelectorAll('button, a, [role=button], input[type=button], input[type=submit]')) {
    const says = plain(button.innerText || button.value || button.getAttribute('aria-label'));
    if (words.includes(says) && shown(button) && inBanner(button)) { button.click(); return true; }
  }
  return false;
}"""
ARGUMENTS: Final = [list(_BUTTONS), list(_WORDS)]
