"""Bots of chat platforms: WeCom, DingTalk and Feishu; off unless their settings are given."""
