"""A local emulator of the Yespo (eSputnik) Generate event API."""
