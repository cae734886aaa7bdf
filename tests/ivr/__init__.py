"""The IVR examples as whole programs: each against a peer that plays the telephone system."""
