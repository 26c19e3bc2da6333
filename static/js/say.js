/* A text in the language of the page (languages/script_words.py), with what stands for its {names}; English without them. */
(() => {
  let words;
  globalThis.say = (text, values = {}) => {
    words ||= JSON.parse(document.getElementById("words")?.textContent || "{}");
    return Object.entries(values).reduce((said, [name, value]) => said.replace(`{${name}}`, () => value), words[text] || text);
  };
})();
