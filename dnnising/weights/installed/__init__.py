"""Pretrained networks that pip installs."""
