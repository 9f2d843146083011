"""The turn machine and its ports; knows no SIP, HTTP, store or vendor."""
