"""Widgets that more than one screen, or one screen in several places, is made of."""
