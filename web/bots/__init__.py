"""Bots for WeCom, DingTalk and Feishu; off without their settings."""
