"""Tells receivers elsewhere what happened: signs, sends, tries again. Decides by address, at the connect, who may be reached."""
