/**
 * Matches text in which each code unit is a character of its own that a terminal gives one column: ASCII, Latin letters,
 * punctuation, arrows, operators, lines and boxes. A letter with an accent of its own, a wide character or an emoji is
 * not in it. Other text is measured by string-width, whose table of emoji takes longer to load than everything else that
 * a first frame needs.
 */
export const singleColumn = /^[ -~¡-¬®-˿‐-‧‰-⁞←-⇿∀-⋿⏎─-◼◿✓-✘]*$/;
