"""`python -m persona_sdk.cli`: the same as `persona`."""

from persona_sdk.cli.main import main

main()
