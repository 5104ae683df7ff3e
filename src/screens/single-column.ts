/**
 * Matches text in which each code unit is one character of one column: ASCII, Latin letters, punctuation, arrows,
 * operators, lines and boxes. Does not match combining accents, wide characters and emoji. Other text is measured by
 * string-width, whose table of emoji takes longer to load than everything else in the first frame.
 */
export const singleColumn = /^[ -~¡-¬®-˿‐-‧‰-⁞←-⇿∀-⋿⏎─-◼◿✓-✘]*$/;
