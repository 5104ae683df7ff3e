#!/bin/sh
# Passes a question of ssh to erp-deploy, and prints its answer: SSH_ASKPASS of ssh(1). The first line of the copy that ssh
# runs is followed by the assignments of `node` and `socket`.
#
#   $1        the question
#
# It exits with 1 if there is no answer.
exec "$node" -e '
  const [socket, question, kind] = process.argv.slice(1);
  const asked = require("node:net").connect(socket);
  let answer = "";
  asked.setEncoding("utf8");
  asked.on("error", () => process.exit(1));
  asked.on("data", (text) => { answer += text; });
  asked.on("close", () => {
    if (answer === "") process.exit(1);
    process.stdout.write(JSON.parse(answer) + "\n");
  });
  asked.write(JSON.stringify({ question, kind }) + "\n");
' "$socket" "$1" "${SSH_ASKPASS_PROMPT:-}"
